//! The HTTP interface: one file per resource.

mod device;
mod granted;
mod jwks;
mod login;
mod logout;
mod me;
mod refresh;

use http_kit::Routes;

use crate::commands::{EndSession, LogIn, LogOut, Refresh};
use crate::session_list::SessionList;
use crate::tokens::PublicKey;

/// What the routes need.
#[derive(Debug, Clone)]
pub struct Api {
    /// Begins sessions.
    pub log_in: LogIn,
    /// Keeps them alive.
    pub refresh: Refresh,
    /// Ends them for whoever gives a refresh token back.
    pub log_out: LogOut,
    /// Ends them for their user.
    pub end_session: EndSession,
    /// Lists them.
    pub session_list: SessionList,
    /// What tokens are checked with.
    pub key: PublicKey,
}

/// Every route, with who may use it.
#[must_use]
pub fn routes() -> Routes<Api> {
    let public = Routes::new("auth", "Authentication").add(login::route()).add(refresh::route());
    me::add_to(public.add(logout::route()).add(jwks::route()))
}
