//! The HTTP interface: one file per resource.

mod api_keys;
mod chosen;
mod device;
mod granted;
mod jwks;
mod login;
mod logout;
mod me;
mod oidc;
mod password;
mod person;
mod refresh;
mod users;

use http_kit::{CursorKey, Routes};

use crate::api_keys::ApiKeyList;
use crate::commands::{
    BeginOidcLogin, ChangeAccount, ChangePassword, CreateApiKey, EndSession, FinishOidcLogin, LogIn, LogOut,
    OpenAccount, Refresh, RevokeApiKey, RotateApiKey,
};
use crate::session_list::SessionList;
use crate::tokens::PublicKey;
use crate::user_list::UserList;

/// What the routes need.
#[derive(Debug, Clone)]
pub struct Api {
    /// Begins sessions.
    pub log_in: LogIn,
    /// Sends people to a provider.
    pub begin_oidc_login: BeginOidcLogin,
    /// Begins sessions for those who come back.
    pub finish_oidc_login: FinishOidcLogin,
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
    /// Opens accounts.
    pub open_account: OpenAccount,
    /// Changes them.
    pub change_account: ChangeAccount,
    /// Changes the password of whoever asks.
    pub change_password: ChangePassword,
    /// Lists users.
    pub user_list: UserList,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
    /// What tokens are checked with.
    pub key: PublicKey,
}

/// Every route, with who may use it.
#[must_use]
pub fn routes() -> Routes<Api> {
    let public = Routes::new("auth", "Authentication").add(login::route()).add(refresh::route());
    let public = oidc::add_to(public.add(logout::route()).add(jwks::route()));
    let own = me::add_to(public).add(password::route());
    users::add_to(api_keys::add_to(own))
}
