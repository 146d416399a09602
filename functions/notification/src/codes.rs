//! Codes of subscriptions: made from the request that asks for one, kept as a keyed digest.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use notification_domain::SubscriptionId;
use notification_domain::subscription::CodeDigest;
use sha2::Sha256;

/// Codes that one request may be given: phones that wait for several codes at once must be able to tell them apart.
const CANDIDATES: u8 = 4;

/// Makes and digests codes.
#[derive(Clone)]
pub struct CodeKey(Arc<[u8]>);

impl std::fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeKey(…)")
    }
}

impl CodeKey {
    /// A key of its own, derived from the secret of this context.
    #[must_use]
    pub fn derived_from(secret: &[u8]) -> Self {
        Self(mac(secret, &["subscription codes"]).into())
    }

    /// The codes that a request may be given, in order of preference. The same request is always given the same ones, so
    /// that its repetition is answered as it was. Four digits of a keyed digest, cut out as those of one-time passwords are
    /// (RFC 4226, section 5.3).
    pub fn candidates(&self, request: &str) -> impl Iterator<Item = String> {
        (0..CANDIDATES).map(move |nth| {
            let digest = mac(&self.0, &["code", request, &nth.to_string()]);
            let offset = usize::from(digest[31] & 0x0f);
            let cut = digest.iter().skip(offset).take(4).fold(0, |cut, byte| cut << 8 | u32::from(*byte));
            format!("{:04}", (cut & 0x7fff_ffff) % 10_000)
        })
    }

    /// The code of the link that a request is given, always the same: 128 bits, as hexadecimal digits.
    #[must_use]
    pub fn of_link(&self, request: &str) -> String {
        let digest = mac(&self.0, &["link", request]);
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What is kept of a code of this subscription.
    #[must_use]
    pub fn digest(&self, subscription: SubscriptionId, code: &str) -> CodeDigest {
        CodeDigest::new(mac(&self.0, &["digest", &subscription.to_string(), code]))
    }
}

/// HMAC-SHA-256 of the parts, which contain no line breaks.
fn mac(key: &[u8], parts: &[&str]) -> [u8; 32] {
    // HMAC takes a key of any length: there is no other error.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(parts.join("\n").as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_always_given_the_same_codes_and_another_request_others() {
        let key = CodeKey::derived_from(b"secret");
        let codes: Vec<String> = key.candidates("r-1").collect();
        assert_eq!(codes, key.candidates("r-1").collect::<Vec<_>>());
        assert_ne!(codes, key.candidates("r-2").collect::<Vec<_>>());
        assert_ne!(codes, CodeKey::derived_from(b"other").candidates("r-1").collect::<Vec<_>>());
        assert!(codes.iter().all(|code| code.len() == 4 && code.parse::<u32>().is_ok()), "{codes:?}");
    }

    #[test]
    fn a_link_has_a_code_that_nobody_guesses() {
        let key = CodeKey::derived_from(b"secret");
        assert_eq!((key.of_link("r-1").len(), key.of_link("r-1")), (32, key.of_link("r-1")));
        assert_ne!(key.of_link("r-1"), key.of_link("r-2"));
        assert_ne!(key.of_link("r-1"), CodeKey::derived_from(b"other").of_link("r-1"));
    }

    #[test]
    fn a_digest_belongs_to_one_code_of_one_subscription_under_one_key() {
        let id = |n| SubscriptionId::new(uuid_of(n));
        let key = CodeKey::derived_from(b"secret");
        assert_eq!(key.digest(id(1), "4821"), key.digest(id(1), "4821"));
        assert_ne!(key.digest(id(1), "4821"), key.digest(id(2), "4821"));
        assert_ne!(key.digest(id(1), "4821"), key.digest(id(1), "4822"));
        assert_ne!(key.digest(id(1), "4821"), CodeKey::derived_from(b"other").digest(id(1), "4821"));
    }

    fn uuid_of(n: u128) -> kernel::reexport::uuid::Uuid {
        kernel::reexport::uuid::Uuid::from_u128(n)
    }
}
