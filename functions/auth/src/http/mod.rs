//! The HTTP interface: one file per resource.

mod jwks;
mod login;

use http_kit::Routes;

use crate::commands::LogIn;
use crate::tokens::PublicKey;

/// What the routes need.
#[derive(Debug, Clone)]
pub struct Api {
    log_in: LogIn,
    keys: jwks::Jwks,
}

impl Api {
    /// Logs in with `log_in` and publishes `key`.
    #[must_use]
    pub fn new(log_in: LogIn, key: &PublicKey) -> Self {
        Self { log_in, keys: jwks::Jwks::of(key) }
    }
}

/// Every route, with who may use it.
#[must_use]
pub fn routes() -> Routes<Api> {
    Routes::new("auth", "Authentication").add(login::route()).add(jwks::route())
}
