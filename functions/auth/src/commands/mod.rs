//! What can be asked of auth, one file each.

mod api_key_made;
mod begin_oidc_login;
mod change_account;
mod change_password;
mod change_user;
mod create_api_key;
mod create_user;
mod end_session;
mod finish_oidc_login;
mod granting;
mod log_in;
mod log_out;
mod open_account;
mod open_session;
mod refresh;
mod revoke_api_key;
mod rotate_api_key;

pub use api_key_made::{ApiKeyError, ApiKeyMade};
pub use begin_oidc_login::{BeginOidcLogin, BeginOidcLoginError, Departure};
pub use change_account::{AccountChange, ChangeAccount};
pub use change_password::{ChangePassword, ChangePasswordError};
pub use change_user::{Change, ChangeUser, ChangeUserError};
pub use create_api_key::{CreateApiKey, NewApiKey};
pub use create_user::{CreateUser, CreateUserError, Created, NewUser};
pub use end_session::{EndSession, EndSessionError};
pub use finish_oidc_login::{FinishOidcLogin, FinishOidcLoginError, Kept, Return};
pub use granting::{Grant, Origin};
pub use log_in::{LogIn, LogInError};
pub use log_out::{LogOut, LogOutError};
pub use open_account::{NewAccount, OpenAccount, OpenAccountError};
pub use open_session::OpenSession;
pub use refresh::{Refresh, RefreshError};
pub use revoke_api_key::RevokeApiKey;
pub use rotate_api_key::RotateApiKey;

use event_store::Request;
use kernel::provenance::ProvenanceError;
use kernel::{Actor, CorrelationId, IdSource, Provenance, Tenant};

/// What an operator asks for by direct invocation. The platform's own trail (CloudTrail) knows the person.
fn by_operator(tenant: &Tenant, ids: &dyn IdSource) -> Result<Request, ProvenanceError> {
    let correlation: CorrelationId = ids.uuid().simple().to_string().parse()?;
    let actor: Actor = "operator".parse()?;
    let tenant = tenant.clone();
    Ok(Request::new(Provenance { tenant, actor, correlation, causation: None, traceparent: None }))
}
