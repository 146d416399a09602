//! `GET /healthz`.

use http_kit::{Problem, Reply};
use schemars::JsonSchema;
use serde::Serialize;

/// The edge is alive.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Always `alive`.
    pub status: &'static str,
    /// Which function answers.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The commit it was built from; `unknown` when the build did not say (`GIT_COMMIT`).
    pub commit: &'static str,
}

const HEALTH: Health = Health {
    status: "alive",
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    commit: match option_env!("GIT_COMMIT") {
        Some(commit) => commit,
        None => "unknown",
    },
};

pub(super) async fn get() -> Result<Reply, Problem> {
    Reply::ok(&HEALTH)
}
