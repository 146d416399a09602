//! What a login and a refresh answer.

use http_kit::{Problem, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::Grant;

/// Tokens for a client that works for a user.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Granted {
    /// Send it with every request: `Authorization: Bearer <token>`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long it is good, in seconds.
    expires_in: u32,
    /// Good for one `POST /v1/auth/refresh`, which answers the next one. Keep it as one keeps a password.
    refresh_token: String,
    /// How long it may be left unused, in seconds.
    refresh_expires_in: i64,
}

pub(super) fn granted(grant: &Grant) -> Result<Reply, Problem> {
    Reply::ok(&Granted {
        access_token: grant.access.text.clone(),
        token_type: "Bearer",
        expires_in: grant.access.lifetime_s,
        refresh_token: grant.refresh.to_string(),
        refresh_expires_in: grant.refresh_lifetime_s,
    })
}
