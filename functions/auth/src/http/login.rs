//! Logging in.

use auth_domain::Email;
use axum::Extension;
use axum::extract::State;
use http_kit::{
    Access, Endpoint, Input, Parsed, Problem, ProblemKind, Reply, RequestInfo, Route, Secret, request_body,
};
use lambda_entry::HttpOrigin;
use serde_json::json;

use super::Api;
use super::device::origin;
use super::granted::{Granted, granted};
use crate::Attempt;
use crate::commands::LogInError;
use crate::password::Password;

request_body! {
    /// Who wants to log in.
    pub(super) struct Login {
        /// The e-mail address, in any case.
        email: Parsed<Email>,
        /// The password, exactly as it was chosen.
        password: Secret<1, 1024>,
    }
}

pub(super) fn route() -> Endpoint<Api> {
    Route::post("/v1/auth/login")
        .access(Access::Public)
        .operation_id("logIn")
        .summary("Log in with e-mail address and password")
        .description(
            "An unknown address, a wrong password and a disabled user are refused alike. Five refusals for one e-mail \
             address, or fifty for one network address, within 15 minutes make it wait.",
        )
        .example(json!({ "email": "trader@demo.polymer.example", "password": "demo-trader-2026" }))
        .answers::<Granted>(200, "Tokens for the user's client.")
        .refuses(ProblemKind::Unauthenticated, "The address or the password is wrong.")
        .refuses(ProblemKind::TooManyRequests, "Too many refusals; `Retry-After` says how long to wait.")
        .handler(post)
}

async fn post(
    State(api): State<Api>,
    info: RequestInfo,
    from: Option<Extension<HttpOrigin>>,
    Input(login): Input<Login>,
) -> Result<Reply, Problem> {
    let (from, origin) = origin(info, from);
    let password: Password = login.password.expose().parse().map_err(|error| Problem::internal(&error))?;
    let attempt = Attempt { email: &login.email.0, from };
    granted(&api.log_in.run(attempt, &password, &origin).await.map_err(problem)?)
}

fn problem(error: LogInError) -> Problem {
    match error {
        LogInError::Refused => Problem::unauthenticated("The e-mail address or the password is wrong."),
        LogInError::Throttled { wait_s } => Problem::too_many_requests(wait_s),
        LogInError::Failed(_) => Problem::unavailable(&error),
    }
}
