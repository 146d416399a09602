use async_trait::async_trait;
use aws_sdk_lambda::Client;
use kernel::{Name, Provenance};
use peer::Peer;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{Answer, Identity, Known, Near, Owner, OwnerError, Reference};

/// Invokes the owner's function with `{"kind":"resolve", <what>: "<id or name>", tenant, actor, correlationId, role?,
/// createMissing?}`, which answers `{"answer":"found", <what>: {id, name}}` or `{"answer":"unknown", nearest: [{id, name}]}`.
#[derive(Debug, Clone)]
pub struct OwnerFunction {
    peer: Peer,
    what: &'static str,
}

#[derive(Deserialize)]
#[serde(tag = "answer", rename_all = "camelCase")]
enum Resolved<I> {
    Found(Map<String, Value>),
    Unknown { nearest: Vec<Near<I>> },
}

impl OwnerFunction {
    /// Invokes the function of this name, which calls the things `what`.
    #[must_use]
    pub const fn new(client: Client, function: String, what: &'static str) -> Self {
        Self { peer: Peer::new(client, function), what }
    }

    async fn ask<I: Identity>(
        &self,
        by: &Provenance,
        whom: &str,
        role: Option<&str>,
    ) -> Result<Answer<I>, OwnerError> {
        let mut question = json!({
            "kind": "resolve",
            "tenant": by.tenant,
            "actor": by.actor,
            "correlationId": by.correlation,
            "createMissing": role.is_some(),
        });
        question[self.what] = whom.into();
        if let Some(role) = role {
            question["role"] = role.into();
        }
        match self.peer.ask(&question).await.map_err(|e| OwnerError(e.into()))? {
            Resolved::Unknown { nearest } => Ok(Answer::Unknown(nearest)),
            Resolved::Found(mut found) => {
                let found = found.remove(self.what).unwrap_or_default();
                serde_json::from_value(found).map(Answer::Known).map_err(|e| OwnerError(e.into()))
            }
        }
    }
}

#[async_trait]
impl<I: Identity> Owner<I> for OwnerFunction {
    async fn whom(&self, by: &Provenance, reference: &Reference<I>) -> Result<Answer<I>, OwnerError> {
        self.ask(by, &reference.to_string(), None).await
    }

    async fn whom_or_new(
        &self,
        by: &Provenance,
        name: &Name,
        role: &'static str,
    ) -> Result<Known<I>, OwnerError> {
        match self.ask(by, name.as_str(), Some(role)).await? {
            Answer::Known(known) => Ok(known),
            Answer::Unknown(_) => Err(OwnerError("the name was not entered".into())),
        }
    }
}
