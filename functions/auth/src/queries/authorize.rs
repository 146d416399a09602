use std::fmt::Display;

use async_trait::async_trait;
use auth_domain::policy;
use lambda_entry::AuthorizerHandler;
use serde_json::{Map, Value};

use crate::tokens::{Claims, TokenFault, Verifier};

/// Says who a caller is and what they may do. Makes no call: a signature is checked, and roles are looked up in a table in
/// this program.
#[derive(Debug, Clone)]
pub struct Authorize {
    verifier: Verifier,
}

impl Authorize {
    /// Believes what `verifier` accepts.
    #[must_use]
    pub const fn new(verifier: Verifier) -> Self {
        Self { verifier }
    }
}

#[async_trait]
impl AuthorizerHandler for Authorize {
    async fn authorize(&self, token: Option<&str>) -> Map<String, Value> {
        match token.map(|token| self.verifier.verify(token)) {
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
