//! What a login and a refresh have in common: tokens for a session.

use std::fmt;

use auth_domain::session::Device;
use auth_domain::user::Account;
use auth_domain::{SessionId, UserId};
use event_store::Request;
use http_kit::RequestInfo;
use kernel::provenance::ProvenanceError;
use kernel::{Provenance, Tenant, Timestamp};

use crate::refresh_token::RefreshToken;
use crate::tokens::{AccessToken, Subject};

/// What lets a client work for its user.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// Opens the other routes, for minutes.
    pub access: AccessToken,
    /// Is traded for the next grant, once.
    pub refresh: RefreshToken,
    /// How long it may be left unused, in seconds.
    pub refresh_lifetime_s: i64,
}

/// Hidden: who has it is the user.
impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("access", &self.access).finish_non_exhaustive()
    }
}

/// Where a request of somebody without a token comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// What it belongs to.
    pub info: RequestInfo,
    /// On what device.
    pub device: Device,
}

impl Origin {
    /// A request of this user.
    pub(super) fn request(&self, tenant: &Tenant, user: UserId) -> Result<Request, ProvenanceError> {
        Ok(Request::new(Provenance {
            tenant: tenant.clone(),
            actor: user.to_string().parse()?,
            correlation: self.info.correlation.clone(),
            causation: None,
            traceparent: Some(self.info.traceparent.clone()),
        }))
    }
}

/// Whom an access token is about, `as_of` the instant before their account was looked up.
pub(super) const fn subject<'a>(
    tenant: &'a Tenant,
    user_id: UserId,
    session_id: SessionId,
    account: &'a Account,
    as_of: Timestamp,
) -> Subject<'a> {
    Subject { tenant, user_id, session_id, name: &account.name, roles: &account.roles, as_of }
}
