//! `/v1/api-keys`: what programs show instead of a login.

mod bodies;
mod errors;

use auth_domain::api_key::Asker;
use auth_domain::{ApiKeyId, Permission};
use axum::extract::State;
use event_store::{Idempotency, Position, Request};
use http_kit::{
    Access, Caller, Creating, IfNoneMatch, Page, PathId, Problem, ProblemKind, QueryParams, Reply, Route,
    Routes,
};
use serde_json::json;

use super::Api;
use super::person::person;
use crate::api_keys::ApiKeyView;
use crate::commands::NewApiKey;
use bodies::{ApiKeyQuery, ApiKeyWithSecret, CreateApiKey, RotateApiKey};

const READ: Access = Access::Requires(Permission::ApiKeyRead.as_str());
const WRITE: Access = Access::Requires(Permission::ApiKeyWrite.as_str());

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/api-keys")
                .access(READ)
                .summary("List API keys")
                .description(
                    "One's own, with `user:read` everybody's, newest first. A key shows within seconds, and is listed when it is \
                     over, too.",
                )
                .answers::<Page<ApiKeyView>>(200, "A page of keys, without their secrets.")
                .handler(list),
        )
        .add(
            Route::post("/v1/api-keys")
                .access(WRITE)
                .operation_id("createApiKey")
                .summary("Make an API key")
                .description(
                    "For a program that acts for you: it can do what `scopes` say, as long as you may do it yourself. `secret` is \
                     shown in this answer and nowhere else, not even in the answer to a repetition under the same \
                     `Idempotency-Key`: whoever lost it gives the key a new one with `rotate`.",
                )
                .example(json!({ "name": "Quotes on the web site", "scopes": ["product:read", "lot:read"] }))
                .answers::<ApiKeyWithSecret>(201, "It can be used at once.")
                .handler(create),
        )
        .add(
            Route::get("/v1/api-keys/{id}")
                .access(READ)
                .summary("One API key")
                .answers::<ApiKeyView>(200, "The key, without its secret.")
                .handler(show),
        )
        .add(
            Route::post("/v1/api-keys/{id}/rotate")
                .access(WRITE)
                .operation_id("rotateApiKey")
                .summary("Give one's API key a new secret")
                .description(
                    "The new one works at once, those before for the overlap. With `overlapHours` 0 they are void within a \
                     minute: for a secret that got out. As with a new key, `secret` is shown once; whoever lost it rotates again \
                     under another `Idempotency-Key`, which takes nothing from the secret in use.",
                )
                .example(json!({ "overlapHours": 24 }))
                .answers::<ApiKeyWithSecret>(200, "The key with its new secret.")
                .refuses(
                    ProblemKind::Conflict,
                    "The key is revoked or has expired, or four earlier secrets still work.",
                )
                .handler(rotate),
        )
        .add(
            Route::delete("/v1/api-keys/{id}")
                .access(WRITE)
                .summary("Revoke an API key")
                .description("One's own; with `user:write` anybody's. All its secrets are void within a minute, for good.")
                .answers_empty(204, "It is revoked, now or already.")
                .handler(revoke),
        )
}

/// Who asks, and whether others' keys are their business by this permission.
fn asker(caller: &Caller, of_all: Permission) -> Result<Asker, Problem> {
    Ok(Asker { user_id: person(caller)?, of_all: caller.principal.may(of_all.as_str()) })
}

/// A request that is recognized when it comes again.
fn repeatable<T>(request: &Creating<T>) -> Request {
    let key = request.derived_id().simple().to_string();
    let idempotency = Idempotency { key, fingerprint: request.fingerprint.clone() };
    Request { idempotency: Some(idempotency), ..Request::new(request.caller.provenance()) }
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<ApiKeyQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let asker = asker(&caller, Permission::UserRead)?;
    let cursor = query.params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let page = api.api_keys.page(asker, usize::from(query.params.limit.get()), after).await;
    let (data, next) = page.map_err(|error| Problem::unavailable(error.as_ref()))?;
    let next_cursor = next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}

async fn create(State(api): State<Api>, request: Creating<CreateApiKey>) -> Result<Reply, Problem> {
    let (owner, caller, repeatable) = (person(&request.caller)?, &request.caller, repeatable(&request));
    let id = ApiKeyId::new(request.derived_id());
    let CreateApiKey { name, scopes, expires_at, rate_per_minute } = request.body;
    let name = name.parse().map_err(|error: auth_domain::NameError| Problem::internal(&error))?;
    // A permission that this context does not know is none it could give away.
    let held = caller.principal.permissions.iter().filter_map(|held| held.parse().ok()).collect();
    let wanted = scopes.iter().map(|scope| scope.0).collect();
    let new = NewApiKey { owner, name, scopes: wanted, held, rate_per_minute, expires_at };
    let made = api.create_api_key.run(id, new, &repeatable, caller.now).await;
    let made = made.map_err(|error| errors::unmade(&error, &scopes))?;
    let (replayed, secret) = (made.secret.is_none(), made.secret.map(|secret| secret.to_string()));
    let body = ApiKeyWithSecret { key: made.key, secret };
    Ok(Reply::created(&format!("/v1/api-keys/{id}"), &body)?.replayed(replayed))
}

async fn show(
    State(api): State<Api>,
    PathId(id): PathId<ApiKeyId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let shown = api.api_keys.one(asker(&caller, Permission::UserRead)?, id).await;
    let shown = shown.map_err(|error| Problem::unavailable(error.as_ref()))?;
    let shown = shown.ok_or_else(|| Problem::not_found("API key"))?;
    Ok(Reply::ok(&shown)?.etag_of_content().unless_known(&known))
}

async fn rotate(
    State(api): State<Api>,
    PathId(id): PathId<ApiKeyId>,
    request: Creating<RotateApiKey>,
) -> Result<Reply, Problem> {
    let (by, now) = (person(&request.caller)?, request.caller.now);
    let repeatable = repeatable(&request);
    let made = api.rotate_api_key.run(id, by, request.body.overlap_hours, &repeatable, now).await;
    let made = made.map_err(|error| errors::unmade(&error, &[]))?;
    let (replayed, secret) = (made.secret.is_none(), made.secret.map(|secret| secret.to_string()));
    Ok(Reply::ok(&ApiKeyWithSecret { key: made.key, secret })?.replayed(replayed))
}

async fn revoke(
    State(api): State<Api>,
    PathId(id): PathId<ApiKeyId>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let by = asker(&caller, Permission::UserWrite)?;
    let revoked = api.revoke_api_key.run(id, by, caller.provenance()).await;
    revoked.map_err(|error| errors::unchanged(&error, &[]))?;
    Ok(Reply::no_content())
}
