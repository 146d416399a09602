//! The identifier of a notification, and those by which it knows deals and products.

use kernel::{Tenant, Timestamp};
use uuid::Uuid;

use crate::message::{Notice, Wording};
use crate::{AudienceName, Phone, Recipient};

kernel::typed_id!(
    /// Identifies a notification: one message to one recipient.
    NotificationId, "notification"
);

kernel::typed_id!(
    /// Identifies a subscription: of one phone, or by one link, to one audience.
    SubscriptionId, "subscription"
);

kernel::typed_id!(
    /// Identifies a deal, as the deal context publishes it.
    DealId, "deal"
);

kernel::typed_id!(
    /// Identifies a product, as the inventory context publishes it.
    ProductId, "product"
);

/// Namespace of subscription identifiers.
const SUBSCRIPTIONS: Uuid = Uuid::from_u128(0x2c8a_9d47_60be_5f13_a7e5_1b94_d03c_77f2);

/// Namespace of notification identifiers.
const NOTIFICATIONS: Uuid = Uuid::from_u128(0x5b0e_71c4_9a3d_5f82_8d16_e4a7_39c0_62bd);

impl NotificationId {
    /// The identity of what this fact makes us tell this recipient in these words: a fact that is delivered twice meets
    /// its own first notification, and somebody who is named twice is told once.
    #[must_use]
    pub fn of(tenant: &Tenant, fact: Uuid, recipient: &Recipient, wording: Wording) -> Self {
        let name = format!("{tenant}#{fact}#{}#{wording}", recipient.key());
        Self::new(Uuid::new_v5(&NOTIFICATIONS, name.as_bytes()))
    }

    /// The identity of a part, from 0, of what an audience's digest that is due then tells this recipient.
    #[must_use]
    pub fn of_digest(
        tenant: &Tenant,
        audience: AudienceName,
        due: Timestamp,
        part: u32,
        recipient: &Recipient,
    ) -> Self {
        let occasion = Uuid::new_v5(&NOTIFICATIONS, format!("{audience}#{due}#{part}").as_bytes());
        Self::of(tenant, occasion, recipient, Wording::Notice(Notice::Digest))
    }
}

impl SubscriptionId {
    /// The subscription of this phone to this audience: there is one, however often it is asked for.
    #[must_use]
    pub fn of(tenant: &Tenant, phone: &Phone, audience: AudienceName) -> Self {
        let name = format!("{tenant}#{phone}#{audience}");
        Self::new(Uuid::new_v5(&SUBSCRIPTIONS, name.as_bytes()))
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
