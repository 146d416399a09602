//! The identifier of a deal, and those by which it knows products and lots.

use kernel::Tenant;
use uuid::Uuid;

kernel::typed_id!(
    /// Identifies a deal.
    DealId, "deal"
);

/// Namespace of the identifiers of imported deals.
const IMPORTED: Uuid = Uuid::from_u128(0x8a51_6f0e_43c7_5d18_b2d4_90e3_5c7a_1b66);

kernel::typed_id!(
    /// Identifies a product, as the inventory context publishes it.
    ProductId, "product"
);

kernel::typed_id!(
    /// Identifies a party, as the customer context publishes it.
    PartyId, "party"
);

kernel::member_id!(
    /// Identifies a lot, as the inventory context publishes it: its product, and its number among that product's lots.
    LotId of ProductId, "lot"
);

impl DealId {
    /// The identity of the deal that another system knows by `legacy_id`: importing it again meets its own stream.
    #[must_use]
    pub fn imported(tenant: &Tenant, legacy_id: &str) -> Self {
        Self::new(Uuid::new_v5(&IMPORTED, format!("{tenant}#{legacy_id}").as_bytes()))
    }

    /// A short name for people to say over the phone: `D-` and the last eight digits, which are random.
    #[must_use]
    pub fn reference(self) -> String {
        let digits = self.uuid().simple().to_string().to_uppercase();
        format!("D-{}", digits.get(24..).unwrap_or(&digits))
    }
}
