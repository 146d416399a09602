use kernel::Tenant;
use uuid::Uuid;

use crate::Email;

kernel::typed_id!(
    /// Identifies a user.
    UserId, "user"
);

/// Namespace of derived user identities.
const USERS: Uuid = Uuid::from_u128(0x2b7c_51f0_9d3e_5c84_a1b6_0e94_7fd2_c35a);

impl UserId {
    /// The identity of the user created with this address: UUIDv5, so that a repeated creation meets the first one.
    #[must_use]
    pub fn of(tenant: &Tenant, email: &Email) -> Self {
        Self::new(Uuid::new_v5(&USERS, format!("{tenant}#{email}").as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_is_another_user_in_another_firm() {
        let email: Email = "asha@example.com".parse().unwrap();
        let of = |tenant: &str| UserId::of(&tenant.parse().unwrap(), &email);
        assert_eq!(of("main"), of("main"));
        assert_ne!(of("main"), of("other"));
    }
}
