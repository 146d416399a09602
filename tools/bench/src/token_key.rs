//! The key that access tokens are signed with. The stand-in for KMS gives its public half, and the bench makes a token with the other.

use anyhow::{Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Clock as _, SystemClock};
use rcgen::PublicKeyData as _;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

/// In whose name tokens are issued.
pub(crate) const ISSUER: &str = "https://bench.example";
/// How long they are good, in seconds: longer than any measurement takes.
pub(crate) const LIFETIME_S: i64 = 86_400;
/// Whom the token is about.
pub(crate) const USER: &str = "user_3d5e3781634c5af0bc48f2af2b4ed994";

/// A P-256 key.
pub(crate) struct TokenKey {
    pair: EcdsaKeyPair,
    /// Its `SubjectPublicKeyInfo`, as KMS gives it.
    pub(crate) public: Vec<u8>,
}

impl TokenKey {
    /// A new one.
    pub(crate) fn generate() -> Result<Self> {
        let generated = rcgen::KeyPair::generate()?;
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &generated.serialize_der(), &random);
        let pair = pair.map_err(|error| anyhow!("the key is not taken: {error}"))?;
        Ok(Self { pair, public: generated.subject_public_key_info() })
    }

    /// An access token of a trader.
    pub(crate) fn token(&self) -> Result<String> {
        let issued_at_s = SystemClock.now().unix_ms() / 1_000;
        let header = json!({ "typ": "JWT", "alg": "ES256", "kid": self.id() });
        let claims = json!({
            "iss": ISSUER,
            "sub": USER,
            "aud": "polymer-api",
            "iat": issued_at_s,
            "exp": issued_at_s + LIFETIME_S,
            "jti": "0190f3c2-a1b2-7c3d-8e4f-5a6b7c8d9e0f",
            "sid": "session_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f",
            "tenant": "main",
            "roles": ["trader"],
            "name": "Demo Trader",
        });
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| anyhow!("the token is not signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Its thumbprint (RFC 7638), by which tokens name it.
    fn id(&self) -> String {
        // An uncompressed point: a byte that says so, and two coordinates.
        let (x, y) = self.pair.public_key().as_ref().split_at(1).1.split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
