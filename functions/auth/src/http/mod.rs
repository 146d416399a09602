//! The HTTP interface: one file per resource.

mod device;
mod granted;
mod jwks;
mod login;
mod logout;
mod refresh;

use http_kit::Routes;

use crate::commands::{LogIn, LogOut, Refresh};
use crate::tokens::PublicKey;

/// What the routes need.
#[derive(Debug, Clone)]
pub struct Api {
    log_in: LogIn,
    refresh: Refresh,
    log_out: LogOut,
    keys: jwks::Jwks,
}

impl Api {
    /// Begins sessions with `log_in`, keeps them alive with `refresh`, ends them with `log_out`, and publishes `key`.
    #[must_use]
    pub fn new(log_in: LogIn, refresh: Refresh, log_out: LogOut, key: &PublicKey) -> Self {
        Self { log_in, refresh, log_out, keys: jwks::Jwks::of(key) }
    }
}

/// Every route, with who may use it.
#[must_use]
pub fn routes() -> Routes<Api> {
    Routes::new("auth", "Authentication")
        .add(login::route())
        .add(refresh::route())
        .add(logout::route())
        .add(jwks::route())
}
