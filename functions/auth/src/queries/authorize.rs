use std::collections::BTreeSet;
use std::fmt::Display;

use async_trait::async_trait;
use auth_domain::api_key::Issued;
use auth_domain::{ApiKeyId, Permission, policy};
use lambda_entry::AuthorizerHandler;
use serde_json::{Map, Value};

use crate::tokens::{Claims, TokenFault, Verifier};
use crate::{ApiKeyChecks, ApiKeySecret, Revocations, Verdict};

/// Says who a caller is and what they may do. Of an access token a signature is checked, roles are looked up in a table in this
/// program, and the list of what was revoked is read again every 15 seconds; an API key and its owner are read, and so believed.
#[derive(Debug, Clone)]
pub struct Authorize {
    verifier: Verifier,
    revocations: Revocations,
    keys: ApiKeyChecks,
}

impl Authorize {
    /// Believes what `verifier` accepts and `revocations` does not void, and what `keys` says of API keys.
    #[must_use]
    pub const fn new(verifier: Verifier, revocations: Revocations, keys: ApiKeyChecks) -> Self {
        Self { verifier, revocations, keys }
    }

    async fn token(&self, token: &str) -> Map<String, Value> {
        match self.verifier.verify(token) {
            // It was good once; its session gives another, or is over.
            Ok(claims) if self.revocations.void(&claims).await => faulty("expired"),
            Ok(claims) => user(&claims),
            Err(TokenFault::Expired) => faulty("expired"),
            Err(TokenFault::Invalid) => faulty("invalid"),
        }
    }

    async fn api_key(&self, text: &str) -> Map<String, Value> {
        match self.keys.check(text).await {
            Verdict::Good { id, key, powers } => self.program(id, &key, powers),
            Verdict::Over => faulty("revoked"),
            Verdict::Invalid => faulty("invalid"),
            Verdict::Unchecked => faulty("unavailable"),
        }
    }

    /// The key is who acts: what it did can be told from what its owner did.
    fn program(&self, id: ApiKeyId, key: &Issued, powers: BTreeSet<Permission>) -> Map<String, Value> {
        let rate = key.rate_per_minute.map(|rate| ("ratePerMinute".to_owned(), rate.into()));
        let said = [
            ("tenant".to_owned(), self.keys.tenant().as_str().into()),
            ("userId".to_owned(), id.to_string().into()),
            ("name".to_owned(), key.name.as_str().into()),
            ("roles".to_owned(), "".into()),
            ("permissions".to_owned(), joined(powers).into()),
        ];
        said.into_iter().chain(rate).collect()
    }
}

#[async_trait]
impl AuthorizerHandler for Authorize {
    async fn authorize(&self, token: Option<&str>) -> Map<String, Value> {
        match token {
            Some(text) if ApiKeySecret::is_meant_by(text) => self.api_key(text).await,
            Some(token) => self.token(token).await,
            // API Gateway does not ask about a request without the header it identifies callers by.
            None => faulty("invalid"),
        }
    }
}

/// Lists are joined by spaces: an authorizer context holds texts, numbers and booleans only.
fn user(claims: &Claims) -> Map<String, Value> {
    let permissions = policy::permissions(claims.roles.iter().copied());
    Map::from_iter([
        ("tenant".to_owned(), claims.tenant.as_str().into()),
        ("userId".to_owned(), claims.sub.as_str().into()),
        ("sessionId".to_owned(), claims.sid.to_string().into()),
        ("name".to_owned(), claims.name.as_str().into()),
        ("roles".to_owned(), joined(&claims.roles).into()),
        ("permissions".to_owned(), joined(permissions).into()),
    ])
}

fn faulty(fault: &str) -> Map<String, Value> {
    Map::from_iter([("fault".to_owned(), fault.into())])
}

fn joined(words: impl IntoIterator<Item = impl Display>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| word.to_string()).collect();
    words.join(" ")
}
