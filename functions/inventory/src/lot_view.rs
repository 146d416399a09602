//! A lot as clients see it.

use inventory_domain::stock::{Lot, Origin};
use inventory_domain::{DealId, LotId, PartyId, ProductCode, ProductId};
use kernel::{BusinessDate, Inr, Kg, RatePerKg};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A lot with its buckets. `available + reserved + sold = received + adjusted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotView {
    /// Its identity.
    pub id: LotId,
    /// Its product.
    pub product_id: ProductId,
    /// What people call the product; absent only while the catalogue entry is not readable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_code: Option<ProductCode>,
    /// Who sold it to the firm.
    pub supplier: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lies, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// What the firm paid; absent for callers without `cost:read`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub rate_per_kg: RatePerKg,
    /// When the firm got it.
    pub received_on: BusinessDate,
    /// The deal it was bought for, if it was bought for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchased_for: Option<DealId>,
    /// All that ever came in.
    pub received_kg: Kg,
    /// Free to be reserved.
    pub available_kg: Kg,
    /// Held for deals that are not decided yet.
    pub reserved_kg: Kg,
    /// Gone to customers.
    pub sold_kg: Kg,
    /// Sum of all corrections, possibly negative.
    pub adjusted_kg: Kg,
    /// Its identity in the system it was imported from, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<String>,
    /// What is available, at the rate paid; absent for callers without `cost:read`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub available_value_inr: Inr,
    /// Version of the product's stock, as in the `ETag`.
    pub version: u64,
}

impl LotView {
    /// Shows a lot.
    #[must_use]
    pub fn of(id: LotId, code: Option<ProductCode>, lot: &Lot, version: u64) -> Self {
        Self {
            id,
            product_id: id.root(),
            product_code: code,
            supplier: lot.supplier.clone(),
            supplier_id: lot.supplier_id,
            warehouse: lot.warehouse.clone(),
            rate_per_kg: lot.rate,
            received_on: lot.received_on,
            purchased_for: match lot.origin {
                Origin::Receipt => None,
                Origin::Purchase { deal } => Some(deal),
            },
            received_kg: lot.received,
            available_kg: lot.available,
            reserved_kg: lot.reserved,
            sold_kg: lot.sold,
            adjusted_kg: lot.adjusted,
            legacy_id: lot.legacy.as_ref().map(|legacy| legacy.id.clone()),
            available_value_inr: lot.rate.times(lot.available),
            version,
        }
    }
}
