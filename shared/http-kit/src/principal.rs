//! Who is calling, and what they may do.

use http::HeaderValue;
use http::header::RETRY_AFTER;
use kernel::{Actor, Tenant};
use serde_json::{Map, Value};

use crate::problem::{Problem, ProblemKind};

/// For how long the platform remembers what the authorizer said of a token, in seconds: asking again earlier is no use.
const UNCHECKED_FOR_S: u32 = 30;

/// What the authorizer said about the caller; a request extension, put there by the function's entry point. Absent:
/// nobody is signed in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuthorizerContext(pub Map<String, Value>);

/// A caller whose token or key was good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The firm they work for; the first part of every key they can reach.
    pub tenant: Tenant,
    /// Their user id; of a program, the id of the key it showed.
    pub user_id: Actor,
    /// How they are called, for people.
    pub name: String,
    /// Their roles, for people; rights are in `permissions`.
    pub roles: Vec<String>,
    /// What they may do: `deal:read`, `deal:write`, …
    pub permissions: Vec<String>,
    /// The login that their token goes back to, where it says.
    pub session_id: Option<String>,
    /// How many requests a minute their key is meant for, where it says.
    pub rate_per_minute: Option<u32>,
}

impl Principal {
    /// Whether they may do what needs `permission`.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.iter().any(|granted| granted == permission)
    }
}

/// What is known about the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// No token was sent.
    Anonymous,
    /// A token was sent, and it is expired.
    Expired,
    /// An API key was sent that was good once, and is no longer.
    Revoked,
    /// A token or key was sent that is not ours, or the authorizer's answer makes no sense. Treated as nobody.
    Invalid,
    /// An API key was sent, and nobody can say for the moment whether it is good.
    Unchecked,
    /// The token or key was good.
    Known(Principal),
}

impl Identity {
    /// Reads the authorizer's answer: `{tenant, userId, sessionId, ratePerMinute, name, roles, permissions}`, the last two separated by blanks,
    /// or `{fault: "expired" | "revoked" | "invalid" | "unavailable"}`. Whatever is incomplete is [`Identity::Invalid`].
    #[must_use]
    pub fn from_context(context: Option<&AuthorizerContext>) -> Self {
        let Some(AuthorizerContext(map)) = context else {
            return Self::Anonymous;
        };
        let text = |name: &str| map.get(name).and_then(Value::as_str);
        match text("fault") {
            Some("expired") => return Self::Expired,
            Some("revoked") => return Self::Revoked,
            Some("unavailable") => return Self::Unchecked,
            Some(_) => return Self::Invalid,
            None if map.is_empty() => return Self::Anonymous,
            None => {}
        }
        let words =
            |name: &str| text(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let principal = || {
            Some(Principal {
                tenant: text("tenant")?.parse().ok()?,
                user_id: text("userId")?.parse().ok()?,
                name: text("name").unwrap_or_default().to_owned(),
                roles: words("roles"),
                permissions: words("permissions"),
                session_id: text("sessionId").map(str::to_owned),
                rate_per_minute: map.get("ratePerMinute").and_then(number),
            })
        };
        principal().map_or(Self::Invalid, Self::Known)
    }

    /// The caller, or why there is none.
    ///
    /// # Errors
    /// 401 that tells what was good once from what is missing or invalid; 503 where nobody can say.
    pub fn principal(&self) -> Result<&Principal, Problem> {
        Err(Problem::unauthenticated(match self {
            Self::Known(principal) => return Ok(principal),
            Self::Anonymous => "Send an access token or an API key: Authorization: Bearer <token>.",
            Self::Expired => "The access token is expired; sign in again.",
            Self::Revoked => "The API key has expired, was revoked, or has another secret.",
            Self::Invalid => "The access token or API key is not valid.",
            Self::Unchecked => {
                let problem =
                    Problem::new(ProblemKind::Unavailable, "The API key cannot be checked; try again.");
                return Err(problem.with_header(RETRY_AFTER, HeaderValue::from(UNCHECKED_FOR_S)));
            }
        }))
    }

    /// The caller, if there is one.
    pub(crate) const fn known(&self) -> Option<&Principal> {
        match self {
            Self::Known(principal) => Some(principal),
            Self::Anonymous | Self::Expired | Self::Revoked | Self::Invalid | Self::Unchecked => None,
        }
    }
}

/// A number, however the platform hands it on.
fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| number.try_into().ok()).or_else(|| value.as_str()?.parse().ok())
}

/// Who may use a route. Every route states it; there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Anybody, without a token.
    Public,
    /// Anybody who is signed in.
    SignedIn,
    /// Those who hold this permission.
    Requires(&'static str),
    /// Those who hold both of these permissions.
    RequiresBoth([&'static str; 2]),
}

impl Access {
    /// Whether `identity` may pass.
    ///
    /// # Errors
    /// 401 when nobody is signed in, 403 naming the permission that is missing.
    pub fn check(self, identity: &Identity) -> Result<(), Problem> {
        if self == Self::Public {
            return Ok(());
        }
        let principal = identity.principal()?;
        match self.permissions().iter().find(|permission| !principal.may(permission)) {
            None => Ok(()),
            Some(missing) => Err(Problem::forbidden(missing)),
        }
    }

    /// What one has to hold, in the order in which it is looked for.
    #[must_use]
    pub const fn permissions(&self) -> &[&'static str] {
        match self {
            Self::Public | Self::SignedIn => &[],
            Self::Requires(permission) => std::slice::from_ref(permission),
            Self::RequiresBoth(permissions) => permissions,
        }
    }
}
