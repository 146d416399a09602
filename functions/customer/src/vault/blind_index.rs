use std::fmt;

use customer_domain::{Email, Gstin, PartyId, Phone};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::Tenant;
use sha2::Sha256;

use super::DataKey;

/// What can be looked up although it is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A GST number.
    Gstin,
}

/// Where to look for a value without knowing it: HMAC-SHA-256 (RFC 2104) under a key of its own, which opens nothing.
///
/// Whoever has the index key can try values; whoever has only the table cannot, though telephone numbers are few.
pub struct BlindIndex {
    tenant: Tenant,
    key: DataKey,
}

impl BlindIndex {
    /// The index of a firm, under its index key.
    #[must_use]
    pub const fn new(tenant: Tenant, key: DataKey) -> Self {
        Self { tenant, key }
    }

    /// The entry of a telephone number.
    #[must_use]
    pub fn phone(&self, phone: &Phone) -> Option<String> {
        self.entry(Kind::Phone, phone.as_str())
    }

    /// The entry of an e-mail address.
    #[must_use]
    pub fn email(&self, email: &Email) -> Option<String> {
        self.entry(Kind::Email, email.as_str())
    }

    /// The entry of a GST number.
    #[must_use]
    pub fn gstin(&self, gstin: &Gstin) -> Option<String> {
        self.entry(Kind::Gstin, gstin.as_str())
    }

    /// `<kind>#<HMAC in hexadecimal>`; `None` never, because HMAC takes keys of any length.
    fn entry(&self, kind: Kind, value: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose()).ok()?;
        mac.update(kind.as_str().as_bytes());
        mac.update(b"\n");
        mac.update(value.as_bytes());
        Some(format!("{}#{}", kind.as_str(), hex::encode(mac.finalize().into_bytes())))
    }

    /// The partition in `ops` that lists the parties of an entry.
    #[must_use]
    pub fn parties_of(tenant: &Tenant, entry: &str) -> String {
        format!("T#{tenant}#BLIND#{entry}")
    }

    /// The partition in `ops` that lists the entries of a party.
    #[must_use]
    pub fn entries_of(tenant: &Tenant, party: PartyId) -> String {
        format!("T#{tenant}#BLIND-OF#{party}")
    }
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Gstin => "gstin",
        }
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlindIndex").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_nothing_and_is_the_same_only_for_the_same_value_and_key() {
        let index =
            |byte| BlindIndex::new("main".parse().unwrap(), DataKey::from_bytes(&[byte; 32]).unwrap());
        let phone: Phone = "+919876543210".parse().unwrap();
        let entry = index(1).phone(&phone).unwrap();
        assert_eq!(index(1).phone(&phone).unwrap(), entry);
        assert_ne!(index(2).phone(&phone).unwrap(), entry);
        assert_ne!(index(1).phone(&"+919876543211".parse().unwrap()).unwrap(), entry);
        assert!(entry.starts_with("phone#") && !entry.contains("98765"), "{entry}");
    }
}
