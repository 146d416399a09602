use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The keys a provider signs with (RFC 7517), as far as they are of a kind that is believed here.
#[derive(Clone)]
pub(super) struct KeySet(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// What is needed of a key; what is none of ours is left out.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
    #[serde(default)]
    x: String,
    #[serde(default)]
    y: String,
}

impl KeySet {
    /// Reads a provider's document.
    pub(super) fn read(document: &[u8]) -> Result<Self, serde_json::Error> {
        let document: Document = serde_json::from_slice(document)?;
        let keys = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(Self(keys.filter_map(Jwk::key).collect()))
    }

    /// The key that a token names, or the only one there is when it names none. It must be a key for the algorithm.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| key.algorithm == algorithm);
        match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)).map(|key| &key.key),
            None => fitting.next().filter(|_| fitting.next().is_none()).map(|key| &key.key),
        }
    }
}

impl Jwk {
    fn key(self) -> Option<Key> {
        if self.purpose.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let (algorithm, name, key) = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => (Algorithm::RS256, "RS256", DecodingKey::from_rsa_components(&self.n, &self.e)),
            ("EC", Some("P-256")) => {
                (Algorithm::ES256, "ES256", DecodingKey::from_ec_components(&self.x, &self.y))
            }
            _ => return None,
        };
        let meant_for = self.alg.is_none_or(|alg| alg == name);
        meant_for.then_some(())?;
        Some(Key { id: self.kid, algorithm, key: key.ok()? })
    }
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeySet({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rsa(kid: &str) -> Value {
        json!({ "kty": "RSA", "kid": kid, "n": "AQAB", "e": "AQAB", "use": "sig", "alg": "RS256" })
    }

    fn set(keys: &[Value]) -> KeySet {
        KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_key_is_found_by_name_and_algorithm() {
        let keys =
            set(&[rsa("one"), rsa("two"), json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" })]);
        assert!(keys.find(Some("two"), Algorithm::RS256).is_some());
        assert!(keys.find(Some("two"), Algorithm::ES256).is_none());
        assert!(keys.find(Some("three"), Algorithm::RS256).is_none());
        assert!(keys.find(None, Algorithm::RS256).is_none(), "which of the two?");
        assert!(keys.find(None, Algorithm::ES256).is_some());
    }

    #[test]
    fn keys_of_other_kinds_and_for_other_ends_are_left_out() {
        let mut encrypting = rsa("a");
        encrypting["use"] = "enc".into();
        let mut other = rsa("a");
        other["alg"] = "PS256".into();
        let secret = json!({ "kty": "oct", "kid": "a", "k": "AAAA" });
        let keys = set(&[encrypting, other, secret, json!({ "kty": "EC", "crv": "P-384" }), json!(7)]);
        assert_eq!(format!("{keys:?}"), "KeySet(0)");
    }
}
