//! Logging out.

use axum::Extension;
use axum::extract::State;
use http_kit::{Access, Endpoint, Input, Problem, Reply, RequestInfo, Route, Secret, request_body};
use lambda_entry::HttpOrigin;
use serde_json::json;

use super::Api;
use super::device::origin;

request_body! {
    /// Whose session ends.
    pub(super) struct LoggingOut {
        /// A refresh token of the session.
        refresh_token: Secret<1, 256>,
    }
}

pub(super) fn route() -> Endpoint<Api> {
    Route::post("/v1/auth/logout")
        .access(Access::Public)
        .operation_id("logOut")
        .summary("End the session of a refresh token")
        .description(
            "Its refresh tokens are void at once, its access tokens within a minute. A token that is not good is answered \
             alike: what was asked for is so already (RFC 7009).",
        )
        .example(json!({ "refreshToken": "rt_AAAAAAAAAAAAAAAAAAAAAAAAAAE" }))
        .answers_empty(204, "The session is over.")
        .handler(post)
}

async fn post(
    State(api): State<Api>,
    info: RequestInfo,
    from: Option<Extension<HttpOrigin>>,
    Input(body): Input<LoggingOut>,
) -> Result<Reply, Problem> {
    let (_, origin) = origin(info, from);
    if let Ok(token) = body.refresh_token.expose().parse() {
        api.log_out.run(&token, &origin).await.map_err(|error| Problem::unavailable(&error))?;
    }
    Ok(Reply::no_content())
}
