//! The identifier of a notification, and those by which it knows deals and products.

use kernel::Tenant;
use uuid::Uuid;

use crate::Phone;
use crate::template::TemplateName;

kernel::typed_id!(
    /// Identifies a notification: one message to one recipient.
    NotificationId, "notification"
);

kernel::typed_id!(
    /// Identifies a deal, as the deal context publishes it.
    DealId, "deal"
);

kernel::typed_id!(
    /// Identifies a product, as the inventory context publishes it.
    ProductId, "product"
);

/// Namespace of notification identifiers.
const NOTIFICATIONS: Uuid = Uuid::from_u128(0x5b0e_71c4_9a3d_5f82_8d16_e4a7_39c0_62bd);

impl NotificationId {
    /// The identity of what this fact makes us tell this recipient by this template: a fact that is delivered twice meets
    /// its own first notification.
    #[must_use]
    pub fn of(tenant: &Tenant, fact: Uuid, phone: &Phone, template: TemplateName) -> Self {
        let name = format!("{tenant}#{fact}#{phone}#{template}");
        Self::new(Uuid::new_v5(&NOTIFICATIONS, name.as_bytes()))
    }
}

impl DealId {
    /// How messages name a deal: its last eight digits, which are random.
    #[must_use]
    pub fn tail(self) -> String {
        let digits = self.uuid().simple().to_string().to_uppercase();
        digits.get(24..).unwrap_or(&digits).to_owned()
    }
}
