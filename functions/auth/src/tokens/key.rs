use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What stands before the point in the `SubjectPublicKeyInfo` of every uncompressed P-256 key: the algorithm
/// `id-ecPublicKey` with the curve `secp256r1` (RFC 5480, 2), and the head of a bit string of 65 bytes.
const SPKI_HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// First byte of an uncompressed point (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 0x04;
/// Bytes of one coordinate.
const COORDINATE: usize = 32;

/// The public half of the key that signs tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    x: [u8; COORDINATE],
    y: [u8; COORDINATE],
    id: String,
}

/// Bytes that are no P-256 public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the SubjectPublicKeyInfo of an uncompressed P-256 key")]
pub struct KeyError;

impl PublicKey {
    /// From a DER-encoded `SubjectPublicKeyInfo`, as KMS gives it.
    ///
    /// # Errors
    /// [`KeyError`] when it is a key of another kind.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let point = der.strip_prefix(SPKI_HEAD.as_slice()).ok_or(KeyError)?;
        Self::from_point(point)
    }

    /// From an uncompressed point (SEC 1, 2.3.3).
    ///
    /// # Errors
    /// [`KeyError`] when it is a point of another form.
    pub fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        let coordinates = point.strip_prefix(&[UNCOMPRESSED]).ok_or(KeyError)?;
        let (x, y) = coordinates.split_at_checked(COORDINATE).ok_or(KeyError)?;
        let x: [u8; COORDINATE] = x.try_into().map_err(|_| KeyError)?;
        let y: [u8; COORDINATE] = y.try_into().map_err(|_| KeyError)?;
        // RFC 7638, 3.2: the required members in alphabetical order, no white space.
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text(&x), text(&y));
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        Ok(Self { x, y, id })
    }

    /// The key's name in token headers: its JWK thumbprint (RFC 7638).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The x coordinate, base64url.
    #[must_use]
    pub fn x(&self) -> String {
        text(&self.x)
    }

    /// The y coordinate, base64url.
    #[must_use]
    pub fn y(&self) -> String {
        text(&self.y)
    }

    /// The key as a JWK (RFC 7517).
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        json!({
            "kty": "EC",
            "crv": "P-256",
            "x": self.x(),
            "y": self.y(),
            "kid": self.id,
            "use": "sig",
            "alg": "ES256",
        })
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The P-256 key of RFC 7517, A.1.
    const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
    const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

    fn spki() -> Vec<u8> {
        let coordinate = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        [SPKI_HEAD.as_slice(), &[UNCOMPRESSED], &coordinate(X), &coordinate(Y)].concat()
    }

    #[test]
    fn a_key_is_published_with_the_coordinates_it_was_read_with() {
        let jwk = PublicKey::from_spki(&spki()).unwrap().to_jwk();
        assert_eq!((jwk["x"].as_str(), jwk["y"].as_str()), (Some(X), Some(Y)));
    }

    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        // Computed apart from this code: openssl dgst -sha256 over the members of RFC 7638, 3.2.
        assert_eq!(
            PublicKey::from_spki(&spki()).unwrap().id(),
            "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"
        );
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let mut other_curve = spki();
        other_curve[22] ^= 1;
        let mut compressed = spki();
        compressed[26] = 0x02;
        let mut longer = spki();
        longer.push(0);
        let mut shorter = spki();
        shorter.pop();
        for der in [other_curve, compressed, longer, shorter, Vec::new()] {
            assert_eq!(PublicKey::from_spki(&der), Err(KeyError));
        }
    }
}
