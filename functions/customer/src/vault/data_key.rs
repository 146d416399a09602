use std::fmt;

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use customer_domain::{PartyId, Sealed};
use kernel::Tenant;
use zeroize::Zeroizing;

/// Bytes of a key of AES-256.
const KEY_BYTES: usize = 32;
/// Bytes of a nonce of AES-GCM (NIST SP 800-38D, 5.2.1.1: 96 bits is the length to use).
const NONCE_BYTES: usize = 12;

/// A key in the clear. Overwritten when it is dropped.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

/// Which field of a party is sealed. Its name is part of what is authenticated, and so never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The name of a person.
    ContactName,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A postal address.
    Address,
    /// A GST number.
    Gstin,
    /// An income tax number.
    Pan,
}

/// Where a sealed field belongs. Moved anywhere else, it does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Whose data it is.
    pub tenant: &'a Tenant,
    /// Which party's.
    pub party: PartyId,
    /// What it is.
    pub field: Field,
}

/// A field could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No randomness to be had, or a text beyond all limits.
    #[error("the field could not be sealed")]
    Sealing,
    /// Another key, another place, or altered bytes.
    #[error("the sealed field does not open with this key in this place")]
    Opening,
    /// Not as many bytes as a key has.
    #[error("a data key has {KEY_BYTES} bytes")]
    KeyLength,
}

impl DataKey {
    /// From the bytes that a vault gives.
    ///
    /// # Errors
    /// [`SealError::KeyLength`] when they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        bytes.try_into().map(|key| Self(Zeroizing::new(key))).map_err(|_| SealError::KeyLength)
    }

    /// A fresh random key.
    ///
    /// # Errors
    /// [`SealError::Sealing`] when there is no randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(|_| SealError::Sealing)?;
        Ok(Self(key))
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Seals a field with AES-256-GCM (NIST SP 800-38D) under a random nonce: version 1 of the scheme is the base64url of
    /// nonce, ciphertext and tag, and authenticates the place with it. A party's key seals some hundred fields in its life,
    /// far from the 2³² for which random nonces are safe (8.3).
    ///
    /// # Errors
    /// [`SealError::Sealing`].
    pub fn seal(&self, place: &Place<'_>, plain: &str) -> Result<Sealed, SealError> {
        let bytes = self.encrypt(plain.as_bytes(), place.to_string().as_bytes())?;
        Sealed::try_new(&URL_SAFE_NO_PAD.encode(bytes)).map_err(|_| SealError::Sealing)
    }

    /// Opens a field that was sealed with this key for this place.
    ///
    /// # Errors
    /// [`SealError::Opening`].
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Zeroizing<String>, SealError> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed.base64url()).map_err(|_| SealError::Opening)?;
        let plain = self.decrypt(&bytes, place.to_string().as_bytes())?;
        String::from_utf8(plain).map(Zeroizing::new).map_err(|_| SealError::Opening)
    }

    /// Nonce, ciphertext and tag of `plain`, bound to `associated`.
    pub(crate) fn encrypt(&self, plain: &[u8], associated: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Sealing)?;
        let payload = Payload { msg: plain, aad: associated };
        let sealed = self.cipher()?.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Sealing)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What [`DataKey::encrypt`] made, if it was this key and this association.
    pub(crate) fn decrypt(&self, bytes: &[u8], associated: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or(SealError::Opening)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| SealError::Opening)?;
        let payload = Payload { msg: sealed, aad: associated };
        self.cipher()?.decrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Opening)
    }

    fn cipher(&self) -> Result<Aes256Gcm, SealError> {
        Aes256Gcm::new_from_slice(self.expose()).map_err(|_| SealError::KeyLength)
    }
}

/// Hidden: it opens what is sealed with it.
impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl Field {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ContactName => "contact-name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::Gstin => "gstin",
            Self::Pan => "pan",
        }
    }
}

/// The associated data. None of the parts can contain a line break, so no two places share it.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}", self.tenant, self.party, self.field.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str = "+919876543210";

    fn tenant(name: &str) -> Tenant {
        name.parse().unwrap()
    }

    fn party(n: u128) -> PartyId {
        PartyId::new(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn a_field_opens_with_its_key_in_its_place_and_nowhere_else() {
        let (main, other) = (tenant("main"), tenant("other"));
        let key = DataKey::random().unwrap();
        let place = Place { tenant: &main, party: party(1), field: Field::Phone };
        let sealed = key.seal(&place, PHONE).unwrap();
        assert_eq!(*key.open(&place, &sealed).unwrap(), PHONE);
        for elsewhere in [
            Place { tenant: &other, ..place },
            Place { party: party(2), ..place },
            Place { field: Field::Email, ..place },
        ] {
            assert_eq!(key.open(&elsewhere, &sealed), Err(SealError::Opening), "{elsewhere:?}");
        }
        assert_eq!(DataKey::random().unwrap().open(&place, &sealed), Err(SealError::Opening));
    }

    #[test]
    fn the_same_field_is_sealed_differently_every_time() {
        let main = tenant("main");
        let key = DataKey::random().unwrap();
        let place = Place { tenant: &main, party: party(1), field: Field::Phone };
        assert_ne!(key.seal(&place, PHONE).unwrap(), key.seal(&place, PHONE).unwrap());
    }

    #[test]
    fn altered_bytes_do_not_open() {
        let key = DataKey::random().unwrap();
        let good = key.encrypt(b"text", b"place").unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert_eq!(key.decrypt(&bad, b"place"), Err(SealError::Opening), "byte {at}");
        }
        assert_eq!(key.decrypt(&good[..8], b"place"), Err(SealError::Opening));
    }

    /// Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), the specification NIST refers to.
    #[test]
    fn the_cipher_is_the_one_of_the_specification() {
        let hex = |text: &str| hex::decode(text).unwrap();
        let key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        let nonce = hex("cafebabefacedbaddecaf888");
        let ciphertext = hex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
        );
        let tag = hex("76fc6ece0f4e1768cddf8853bb2d551b");
        let plain = DataKey::from_bytes(&key)
            .unwrap()
            .decrypt(&[nonce, ciphertext, tag].concat(), &hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
            .unwrap();
        assert!(hex::encode(plain).starts_with("d9313225f88406e5a55909c5aff5269a"));
    }
}
