//! `POST /v1/me/password`

use axum::Extension;
use axum::extract::State;
use http_kit::{
    Access, Caller, Endpoint, FieldError, Input, Problem, ProblemKind, Reply, Route, Secret, request_body,
};
use lambda_entry::HttpOrigin;
use serde_json::json;

use super::Api;
use super::chosen::choosable;
use super::person::person;
use crate::commands::ChangePasswordError;
use crate::password::Password;

request_body! {
    /// From one password to the next.
    pub(super) struct NextPassword {
        /// The present one, exactly as it was chosen.
        current_password: Secret<1, 1024>,
        /// The next one, at least 15 characters; of what kinds does not matter.
        new_password: Secret<1, 1024>,
    }
}

pub(super) fn route() -> Endpoint<Api> {
    Route::post("/v1/me/password")
        .access(Access::SignedIn)
        .operation_id("changePassword")
        .summary("Change one's password")
        .description(
            "Ends every session of the user, this one too: log in again. A wrong present password counts like a refused login.",
        )
        .example(json!({ "currentPassword": "first-password-of-usha", "newPassword": "only usha knows this one" }))
        .answers_empty(204, "The new password counts from now on.")
        .refuses(ProblemKind::Forbidden, "An API key has no password.")
        .handler(post)
}

async fn post(
    State(api): State<Api>,
    caller: Caller,
    from: Option<Extension<HttpOrigin>>,
    Input(body): Input<NextPassword>,
) -> Result<Reply, Problem> {
    let id = person(&caller)?;
    let next = choosable(&body.new_password, "/newPassword")?;
    let present: Password =
        body.current_password.expose().parse().map_err(|error| Problem::internal(&error))?;
    let from = from.and_then(|Extension(from)| from.source_ip);
    let changed = api.change_password.run(id, (&present, &next), from, caller.provenance()).await;
    changed.map_err(problem)?;
    Ok(Reply::no_content())
}

fn problem(error: ChangePasswordError) -> Problem {
    match error {
        ChangePasswordError::Wrong => {
            let detail = "is not your password";
            Problem::validation([FieldError::pointer("/currentPassword", "wrong", detail)])
        }
        ChangePasswordError::Throttled { wait_s } => Problem::too_many_requests(wait_s),
        ChangePasswordError::Failed(_) => Problem::unavailable(&error),
    }
}
