//! `/v1/users` and `/v1/roles`: who works with the system, and as what.

mod bodies;
mod errors;

use auth_domain::policy::permissions_of;
use auth_domain::user::{Authority, User};
use auth_domain::{Permission, Role, UserId};
use axum::extract::State;
use event_store::{Idempotency, Position, Request, Stream};
use http_kit::{
    Access, Caller, Changing, Creating, ETag, IfNoneMatch, Page, PathId, Problem, ProblemKind, QueryParams,
    Reply, Route, Routes,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::Api;
use super::chosen::choosable;
use super::person::person;
use crate::commands::{AccountChange, NewAccount};
use crate::user_list::UserView;
use bodies::{ChangeUser, CreateUser, UserQuery};

const READ: Access = Access::Requires(Permission::UserRead.as_str());
const WRITE: Access = Access::Requires(Permission::UserWrite.as_str());

/// A place in the firm, and what it lets its holders do.
#[derive(Debug, Serialize, JsonSchema)]
struct RoleView {
    /// Its name.
    role: Role,
    /// What its holders may do.
    permissions: Vec<Permission>,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/users")
                .access(READ)
                .summary("List users in order of their names")
                .description("Also those who are kept from logging in. A new user shows within seconds.")
                .answers::<Page<UserView>>(200, "A page of users.")
                .handler(list),
        )
        .add(
            Route::post("/v1/users")
                .access(WRITE)
                .operation_id("createUser")
                .summary("Open an account")
                .description(
                    "The user logs in with this address and password, and changes the password with `POST /v1/me/password`. An \
                     owner is made with `owner:write` only.",
                )
                .example(json!({
                    "email": "usha@firm.example", "name": "Usha Nair", "password": "first-password-of-usha",
                    "roles": ["trader"],
                }))
                .answers::<UserView>(201, "They can log in at once.")
                .refuses(ProblemKind::Conflict, "The address belongs to a user.")
                .handler(create),
        )
        .add(
            Route::get("/v1/users/{id}")
                .access(READ)
                .summary("One user")
                .answers::<UserView>(200, "The user.")
                .handler(show),
        )
        .add(
            Route::patch("/v1/users/{id}")
                .access(WRITE)
                .operation_id("changeUser")
                .summary("Change a user's roles, keep them out, let them in again")
                .description(
                    "Nobody changes themselves, and owners are changed with `owner:write` only. Access tokens with old roles are void within a minute; \
                     whoever is kept out has no session left.",
                )
                .answers::<UserView>(200, "It is so, now or already.")
                .handler(change),
        )
        .add(
            Route::get("/v1/roles")
                .access(READ)
                .summary("What each role may do")
                .answers::<Page<RoleView>>(200, "The roles there are.")
                .handler(roles),
        )
}

/// On whose word a change is made.
fn authority(caller: &Caller, of: Option<UserId>) -> Result<Authority, Problem> {
    Ok(match person(caller)? {
        by if Some(by) == of => Authority::Oneself,
        _ if caller.principal.may(Permission::OwnerWrite.as_str()) => Authority::Owner,
        _ => Authority::Keeper,
    })
}

fn shown(id: UserId, user: &Stream<User>) -> Result<UserView, Problem> {
    let account = user.state().account().ok_or_else(|| Problem::not_found("user"))?;
    Ok(UserView::of(id, account, user.version()))
}

async fn list(
    State(api): State<Api>,
    query: QueryParams<UserQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let cursor = query.params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let page = api.user_list.page(usize::from(query.params.limit.get()), after).await;
    let (data, next) = page.map_err(|error| Problem::unavailable(error.as_ref()))?;
    let next_cursor = next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}

async fn create(State(api): State<Api>, request: Creating<CreateUser>) -> Result<Reply, Problem> {
    let by = authority(&request.caller, None)?;
    let key = request.derived_id().simple().to_string();
    let idempotency = Idempotency { key, fingerprint: request.fingerprint.clone() };
    let asked = Request { idempotency: Some(idempotency), ..Request::new(request.caller.provenance()) };
    let CreateUser { email, name, password, roles } = request.body;
    let password = choosable(&password, "/password")?;
    let roles = roles.iter().map(|role| role.0).collect();
    let new = NewAccount { email: email.0, name: name.0, password, roles, by };
    let (id, outcome) = api.open_account.run(new, asked).await.map_err(|error| errors::unopened(&error))?;
    let view = shown(id, &outcome.stream)?;
    let reply = Reply::created(&format!("/v1/users/{id}"), &view)?;
    Ok(reply.etag(&ETag::version(view.version)).replayed(outcome.replayed))
}

async fn show(
    State(api): State<Api>,
    PathId(id): PathId<UserId>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let found = api.user_list.one(id).await.map_err(|error| Problem::unavailable(&error))?;
    let view = found.ok_or_else(|| Problem::not_found("user"))?;
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)).unless_known(&known))
}

async fn change(
    State(api): State<Api>,
    PathId(id): PathId<UserId>,
    request: Changing<ChangeUser>,
) -> Result<Reply, Problem> {
    let by = authority(&request.caller, Some(id))?;
    let expected = Some(request.if_match.expected());
    let asked = Request { expected, ..Request::new(request.caller.provenance()) };
    let ChangeUser { roles, disabled } = request.body;
    let roles = roles.map(|roles| roles.iter().map(|role| role.0).collect());
    let outcome = api.change_account.run(id, AccountChange { roles, disabled, by }, &asked).await;
    let view = shown(id, &outcome.map_err(|error| errors::unchanged(&error))?.stream)?;
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}

async fn roles() -> Result<Reply, Problem> {
    let view = |role| RoleView { role, permissions: permissions_of(role).to_vec() };
    Reply::ok(&Page { data: Role::ALL.into_iter().map(view).collect(), next_cursor: None })
}
