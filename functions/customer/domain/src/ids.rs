//! Identifiers of this context, and the one it knows deals by.

use kernel::Tenant;
use uuid::Uuid;

use crate::NameKey;

kernel::typed_id!(
    /// Identifies a party. Derived from the name it was created with.
    PartyId, "party"
);

kernel::typed_id!(
    /// Identifies a deal, as the deal context publishes it.
    DealId, "deal"
);

/// Namespace of party identifiers.
const PARTIES: Uuid = Uuid::from_u128(0x8e51_47a9_c03f_5d26_b7f4_61d8_20ac_935b);

impl PartyId {
    /// The identity of the party that is created under this name: a second creation meets the first, and a deal that
    /// names a party nobody has entered yet is already filed under the right identity.
    ///
    /// No other party can ever have the identity that follows from a name: whoever enters that name again, also after the import
    /// of its party was taken back, goes on in the same stream.
    #[must_use]
    pub fn of(tenant: &Tenant, name: &NameKey) -> Self {
        Self::new(Uuid::new_v5(&PARTIES, format!("{tenant}#{name}").as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_one_party_per_tenant_however_it_is_typed() {
        let of = |tenant: &str, name: &str| {
            PartyId::of(&tenant.parse().unwrap(), &NameKey::of(&name.parse().unwrap()))
        };
        assert_eq!(of("main", "Ivory Ice\u{2011}cream Cups"), of("main", "IVORY ice-cream  cups"));
        assert_ne!(of("main", "Ivory"), of("other", "Ivory"));
        assert_ne!(of("main", "Ivory"), of("main", "Ivory 2"));
    }
}
