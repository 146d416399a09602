//! Contexts asked by direct invocation of their functions.

use aws_sdk_lambda::Client;
use peer::Peer;
use serde::Deserialize;
use serde_json::json;

use crate::ports::{ContextAnswer, Contexts, Unanswered};
use crate::readiness::{Check, Status};

/// Asks through `lambda:InvokeFunction` what every context answers with its own readiness.
#[derive(Debug, Clone)]
pub struct LambdaContexts(Client);

impl LambdaContexts {
    /// Asks through `client`.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

#[derive(Deserialize)]
struct Ready {
    status: Status,
    #[serde(default)]
    checks: Vec<Check>,
}

#[async_trait::async_trait]
impl Contexts for LambdaContexts {
    async fn ask(&self, function: &str) -> Result<ContextAnswer, Unanswered> {
        let peer = Peer::new(self.0.clone(), function.to_owned());
        match peer.ask(&json!({ "kind": "ready" })).await {
            Ok(Ready { status, checks }) => Ok(ContextAnswer { status, checks }),
            Err(error) => Err(Unanswered(kernel::error::chain(&error))),
        }
    }
}
