//! `/v1/me`: who is calling, and on which devices they are logged in.

use auth_domain::SessionId;
use axum::extract::State;
use http_kit::{Access, Caller, PathId, Problem, ProblemKind, Reply, Route, Routes};
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;
use super::person::person;
use crate::commands::EndSessionError;
use crate::session_list::SessionView;

/// Who is calling, as the access token says.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    /// Who: a user, or the API key of a program.
    user_id: String,
    /// What they are called.
    name: String,
    /// Their firm.
    tenant: String,
    /// Their places in it.
    roles: Vec<String>,
    /// What they may do: `deal:read`, …
    permissions: Vec<String>,
    /// The login it goes back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
}

/// The sessions of a user.
#[derive(Debug, Serialize, JsonSchema)]
struct MySessions {
    /// Newest first.
    data: Vec<MySession>,
}

/// A session, and whether it is the one that asks.
#[derive(Debug, Serialize, JsonSchema)]
struct MySession {
    #[serde(flatten)]
    session: SessionView,
    /// Whether it is the one that asks.
    current: bool,
}

const NO_SESSIONS: &str = "An API key has no sessions.";

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/me")
                .access(Access::SignedIn)
                .summary("Who is calling, and what they may do")
                .answers::<Me>(200, "As the access token or API key says; a refresh brings a token up to date.")
                .handler(me),
        )
        .add(
            Route::get("/v1/me/sessions")
                .access(Access::SignedIn)
                .summary("List the devices one is logged in on")
                .description("Sessions that can be used, newest first. A login shows within seconds.")
                .answers::<MySessions>(200, "The sessions.")
                .refuses(ProblemKind::Forbidden, NO_SESSIONS)
                .handler(list),
        )
        .add(
            Route::delete("/v1/me/sessions")
                .access(Access::SignedIn)
                .summary("Log out everywhere")
                .description("Every session that the list shows, and the one that asks. Access tokens are void within a minute.")
                .answers_empty(204, "They are over.")
                .refuses(ProblemKind::Forbidden, NO_SESSIONS)
                .handler(end_all),
        )
        .add(
            Route::delete("/v1/me/sessions/{id}")
                .access(Access::SignedIn)
                .summary("Log out on one device")
                .description("Its refresh tokens are void at once, its access tokens within a minute.")
                .answers_empty(204, "It is over, now or already.")
                .refuses(ProblemKind::Forbidden, NO_SESSIONS)
                .handler(end),
        )
}

async fn me(State(_): State<Api>, caller: Caller) -> Result<Reply, Problem> {
    let principal = caller.principal;
    Reply::ok(&Me {
        user_id: principal.user_id.to_string(),
        name: principal.name,
        tenant: principal.tenant.to_string(),
        roles: principal.roles,
        permissions: principal.permissions,
        session_id: principal.session_id,
    })
}

async fn list(State(api): State<Api>, caller: Caller) -> Result<Reply, Problem> {
    let live = api.session_list.live(person(&caller)?, caller.now).await;
    let live = live.map_err(|error| Problem::unavailable(error.as_ref()))?;
    let current = caller.principal.session_id.as_deref();
    let mine =
        |session: SessionView| MySession { current: current == Some(&*session.id.to_string()), session };
    Reply::ok(&MySessions { data: live.into_iter().map(mine).collect() })
}

async fn end(
    State(api): State<Api>,
    PathId(id): PathId<SessionId>,
    caller: Caller,
) -> Result<Reply, Problem> {
    ended(&api, &caller, id).await?;
    Ok(Reply::no_content())
}

async fn end_all(State(api): State<Api>, caller: Caller) -> Result<Reply, Problem> {
    let live = api.session_list.live(person(&caller)?, caller.now).await;
    let live = live.map_err(|error| Problem::unavailable(error.as_ref()))?;
    let current = caller.principal.session_id.as_deref().and_then(|id| id.parse().ok());
    // The one that asks comes last: should something fail in between, its caller can ask again.
    let others = live.into_iter().map(|session| session.id).filter(|id| Some(*id) != current);
    for id in others.chain(current) {
        ended(&api, &caller, id).await?;
    }
    Ok(Reply::no_content())
}

async fn ended(api: &Api, caller: &Caller, id: SessionId) -> Result<(), Problem> {
    match api.end_session.run(person(caller)?, id, caller.provenance()).await {
        Ok(()) => Ok(()),
        Err(EndSessionError::Unknown) => Err(Problem::not_found("session")),
        Err(error @ EndSessionError::Failed(_)) => Err(Problem::unavailable(&error)),
    }
}
