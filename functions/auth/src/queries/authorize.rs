use std::fmt::Display;

use async_trait::async_trait;
use auth_domain::policy;
use lambda_entry::AuthorizerHandler;
use serde_json::{Map, Value};

use crate::Revocations;
use crate::tokens::{Claims, TokenFault, Verifier};

/// Says who a caller is and what they may do. A signature is checked, roles are looked up in a table in this program, and the list
/// of what was revoked is read again every 15 seconds.
#[derive(Debug, Clone)]
pub struct Authorize {
    verifier: Verifier,
    revocations: Revocations,
}

impl Authorize {
    /// Believes what `verifier` accepts and `revocations` does not void.
    #[must_use]
    pub const fn new(verifier: Verifier, revocations: Revocations) -> Self {
        Self { verifier, revocations }
    }
}

#[async_trait]
impl AuthorizerHandler for Authorize {
    async fn authorize(&self, token: Option<&str>) -> Map<String, Value> {
        match token.map(|token| self.verifier.verify(token)) {
            // It was good once; its session gives another, or is over.
            Some(Ok(claims)) if self.revocations.void(&claims).await => faulty(TokenFault::Expired),
            Some(Ok(claims)) => principal(&claims),
            Some(Err(fault)) => faulty(fault),
            // API Gateway does not ask about a request without the header it identifies callers by.
            None => faulty(TokenFault::Invalid),
        }
    }
}

/// Lists are joined by spaces: an authorizer context holds texts, numbers and booleans only.
fn principal(claims: &Claims) -> Map<String, Value> {
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

fn faulty(fault: TokenFault) -> Map<String, Value> {
    let fault = match fault {
        TokenFault::Expired => "expired",
        TokenFault::Invalid => "invalid",
    };
    Map::from_iter([("fault".to_owned(), fault.into())])
}

fn joined(words: impl IntoIterator<Item = impl Display>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| word.to_string()).collect();
    words.join(" ")
}
