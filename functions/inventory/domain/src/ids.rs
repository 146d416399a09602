//! Identifiers of this context, and the one it knows deals by.

use std::fmt;
use std::str::FromStr;

use kernel::Tenant;
use uuid::Uuid;

kernel::typed_id!(
    /// Identifies a product. Derived from its code, so that a code can belong to one product only.
    ProductId, "product"
);

kernel::member_id!(
    /// Identifies a lot: its product, and its number among that product's lots.
    LotId of ProductId, "lot"
);

kernel::typed_id!(
    /// Identifies a deal, as the deal context publishes it.
    DealId, "deal"
);

kernel::typed_id!(
    /// Identifies a party, as the customer context publishes it.
    PartyId, "party"
);

/// Namespace of product identifiers.
const PRODUCTS: Uuid = Uuid::from_u128(0x1c83_ab5e_7d20_5f94_8a61_0b9d_e2f7_4c35);

impl ProductId {
    /// The identity of the product with this code. Two products with one code would be one stream, and the second
    /// creation meets the first: uniqueness needs no other guard.
    #[must_use]
    pub fn of(tenant: &Tenant, code: &ProductCode) -> Self {
        Self::new(Uuid::new_v5(&PRODUCTS, format!("{tenant}#{code}").as_bytes()))
    }
}

/// The firm's own name for a product, e.g. `TR131` or `B5004 / B6003`: 1 to 64 characters of any kind but controls,
/// compared exactly, without blanks around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductCode(String);

/// A text that cannot be a product code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 characters without control characters")]
pub struct ProductCodeError;

impl FromStr for ProductCode {
    type Err = ProductCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= 64 && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(ProductCodeError) }
    }
}

impl fmt::Display for ProductCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

kernel::text_serde!(ProductCode, "^.{1,64}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_character_but_controls_may_stand_in_a_code() {
        for code in ["B5004 / B6003", "1018MA", "हिन्दी-7", "a%b#c"] {
            assert_eq!(code.parse::<ProductCode>().unwrap().to_string(), code);
        }
        for code in ["", "  ", "a\nb", &"x".repeat(65)] {
            assert_eq!(code.parse::<ProductCode>(), Err(ProductCodeError), "{code:?}");
        }
    }

    #[test]
    fn one_code_is_one_product_per_tenant() {
        let (main, other): (Tenant, Tenant) = ("main".parse().unwrap(), "other".parse().unwrap());
        let code: ProductCode = " TR131 ".parse().unwrap();
        assert_eq!(ProductId::of(&main, &code), ProductId::of(&main, &"TR131".parse().unwrap()));
        assert_ne!(ProductId::of(&main, &code), ProductId::of(&main, &"tr131".parse().unwrap()));
        assert_ne!(ProductId::of(&main, &code), ProductId::of(&other, &code));
    }
}
