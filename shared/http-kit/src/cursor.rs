//! Where a list goes on.
//!
//! A cursor is `base64url(version ‖ HMAC-SHA256 ‖ position)`. The position is whatever the store needs to continue, as
//! JSON; the MAC also covers the list it was issued for (path, filters, firm), none of which is in the token. Clients
//! cannot forge one, nor take one to another list. It is signed, not encrypted: positions carry no secrets.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::body::{FromJson, Node};
use crate::faults::Faults;
use crate::problem::Problem;

const VERSION: u8 = 1;
const MAC_BYTES: usize = 32;
/// Longer tokens are none of ours.
const LONGEST: usize = 2_048;
/// A shorter secret could be guessed.
const SHORTEST_SECRET: usize = 32;

/// The list a cursor belongs to. Made by [`QueryParams`](crate::QueryParams).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorScope(String);

impl CursorScope {
    /// The list at `path`, seen by `tenant`, with `filters` in canonical form.
    #[must_use]
    pub fn new(path: &str, tenant: &str, filters: &str) -> Self {
        // The canonical form escapes line breaks, and neither a path nor a tenant can contain one.
        Self(format!("{path}\n{tenant}\n{filters}"))
    }
}

/// A cursor as the client sent it: not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorToken(String);

impl CursorToken {
    /// Wraps what a client sent.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl FromJson for CursorToken {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        node.text(faults).map(Self::new)
    }
}

impl schemars::JsonSchema for CursorToken {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cursor".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "`nextCursor` of the page before." })
    }
}

/// Signs and verifies cursors.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

/// The secret is too short to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeakSecret;

impl fmt::Display for WeakSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cursor secret must have at least {SHORTEST_SECRET} bytes")
    }
}

impl std::error::Error for WeakSecret {}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

impl CursorKey {
    /// From the function's configuration.
    ///
    /// # Errors
    /// [`WeakSecret`] below 32 bytes.
    pub fn try_new(secret: &[u8]) -> Result<Self, WeakSecret> {
        if secret.len() < SHORTEST_SECRET {
            return Err(WeakSecret);
        }
        Hmac::new_from_slice(secret).map(Self).map_err(|_| WeakSecret)
    }

    /// The cursor that continues the list `scope` at `position`. `None` when the position does not serialize.
    pub fn seal<P: Serialize>(&self, scope: &CursorScope, position: &P) -> Option<String> {
        let payload = serde_json::to_vec(position).ok()?;
        let mut token = vec![VERSION];
        token.extend(self.mac(scope, &payload).finalize().into_bytes());
        token.extend(payload);
        Some(URL_SAFE_NO_PAD.encode(token))
    }

    /// The position in a cursor of the list `scope`.
    ///
    /// # Errors
    /// 400 for anything but a token this key sealed for this list.
    pub fn open<P: DeserializeOwned>(&self, scope: &CursorScope, token: &CursorToken) -> Result<P, Problem> {
        self.verified(scope, token).ok_or_else(Problem::invalid_cursor)
    }

    fn verified<P: DeserializeOwned>(
        &self,
        scope: &CursorScope,
        CursorToken(token): &CursorToken,
    ) -> Option<P> {
        if token.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (mac, payload) = rest.split_at_checked(MAC_BYTES)?;
        if *version != VERSION {
            return None;
        }
        // Compares in constant time.
        self.mac(scope, payload).verify_slice(mac).ok()?;
        serde_json::from_slice(payload).ok()
    }

    /// Lengths keep scope and payload apart.
    fn mac(&self, CursorScope(scope): &CursorScope, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(&[VERSION]);
        mac.update(&u64::try_from(scope.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(scope.as_bytes());
        mac.update(payload);
        mac
    }
}
