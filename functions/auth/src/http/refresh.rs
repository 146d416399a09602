//! Trading a refresh token.

use axum::Extension;
use axum::extract::State;
use http_kit::{
    Access, Endpoint, Input, Problem, ProblemKind, Reply, RequestInfo, Route, Secret, request_body,
};
use lambda_entry::HttpOrigin;
use serde_json::json;

use super::Api;
use super::device::origin;
use super::granted::{Granted, granted};
use crate::commands::RefreshError;

request_body! {
    /// A refresh token.
    pub(super) struct Refreshing {
        /// The token that the login or the last refresh answered.
        refresh_token: Secret<1, 256>,
    }
}

pub(super) fn route() -> Endpoint<Api> {
    Route::post("/v1/auth/refresh")
        .access(Access::Public)
        .operation_id("refresh")
        .summary("Trade a refresh token for the next tokens")
        .description(
            "Roles and name are those of the moment. A token is traded once; tabs that trade the same one within ten seconds \
             each get tokens of their own, and so does a client that lost the answer. One that comes back later must be a \
             copy: the session ends, and everybody who had it logs in again. A session lasts a week without use and thirty \
             days in all.",
        )
        .example(json!({ "refreshToken": "rt_AAAAAAAAAAAAAAAAAAAAAAAAAAE" }))
        .answers::<Granted>(200, "The next tokens.")
        .refuses(ProblemKind::Unauthenticated, "The token is not good, or no longer: log in again.")
        .handler(post)
}

async fn post(
    State(api): State<Api>,
    info: RequestInfo,
    from: Option<Extension<HttpOrigin>>,
    Input(body): Input<Refreshing>,
) -> Result<Reply, Problem> {
    let (_, origin) = origin(info, from);
    let Ok(token) = body.refresh_token.expose().parse() else { return Err(refused()) };
    match api.refresh.run(&token, &origin).await {
        Ok(grant) => granted(&grant),
        Err(RefreshError::Refused) => Err(refused()),
        Err(error @ RefreshError::Failed(_)) => Err(Problem::unavailable(&error)),
    }
}

fn refused() -> Problem {
    Problem::unauthenticated("The refresh token is not good, or no longer. Log in again.")
}
