//! The HTTP interface: one file per resource.

mod api_keys;
mod device;
mod granted;
mod jwks;
mod login;
mod logout;
mod me;
mod person;
mod refresh;

use http_kit::{CursorKey, Routes};

use crate::api_keys::ApiKeyList;
use crate::commands::{CreateApiKey, EndSession, LogIn, LogOut, Refresh, RevokeApiKey, RotateApiKey};
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
    /// Makes API keys.
    pub create_api_key: CreateApiKey,
    /// Gives them new secrets.
    pub rotate_api_key: RotateApiKey,
    /// Ends them.
    pub revoke_api_key: RevokeApiKey,
    /// Lists them.
    pub api_keys: ApiKeyList,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
    /// What tokens are checked with.
    pub key: PublicKey,
}

/// Every route, with who may use it.
#[must_use]
pub fn routes() -> Routes<Api> {
    let public = Routes::new("auth", "Authentication").add(login::route()).add(refresh::route());
    api_keys::add_to(me::add_to(public.add(logout::route()).add(jwks::route())))
}
