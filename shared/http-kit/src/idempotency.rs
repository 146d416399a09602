//! One key, one effect.
//!
//! Nothing is stored for it: what a request creates gets an identifier derived from who asked, what for and under
//! which key, so a repeated request meets what the first one made, and compares fingerprints.

use std::fmt;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::json::{Json, to_canonical};
use crate::principal::Principal;

/// Namespace of derived identifiers (RFC 9562 §5.5); changing it would forget every key.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_3a52_41c7_5b8e_9a64_7d21_c0fe_18b3);

/// The `Idempotency-Key` of a request: 1 to 128 visible ASCII characters, compared exactly. Required wherever it is
/// extracted (400); `Option<IdempotencyKey>` where a request may go without.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads the header's text; `None` when it is not 1 to 128 visible ASCII characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        (visible && (1..=128).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The identifier of what `principal` creates by a request to `route` (`POST /v1/deals`) under `key`: UUID version 5.
#[must_use]
pub fn derived_id(principal: &Principal, route: &str, key: &IdempotencyKey) -> Uuid {
    // None of the parts can contain a line break, so no two requests share a name.
    let name = [principal.tenant.as_str(), principal.user_id.as_str(), route, key.as_str()].join("\n");
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// SHA-256 over the [canonical form](to_canonical) of a body, in hexadecimal: equal for two requests that say the same.
#[must_use]
pub fn fingerprint(body: &Json<'_>) -> String {
    hex::encode(Sha256::digest(to_canonical(body)))
}
