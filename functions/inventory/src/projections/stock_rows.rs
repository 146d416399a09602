//! The list of stock: one row for each product of the catalogue, with the figures that every sum over stock is made of.
//!
//! A row shows a product and its stock, which are two streams. Its sequence is the sum of their versions: each version only
//! grows and each commit is relayed after it is stored, so whoever relays the later of two commits sees both, and no row has
//! a higher sequence than that one.

use std::collections::BTreeMap;

use event_store::{BoxError, Index, Row, Stream};
use inventory_domain::product::Product;
use inventory_domain::stock::Stock;
use inventory_domain::{ProductCode, ProductId};
use kernel::text::comparable;
use kernel::{BusinessDate, Inr, Kg, Tenant};
use serde::{Deserialize, Serialize};

use super::product_rows::text;
use super::withdrawn;
use crate::Inventory;

/// The index that lists products with less than their minimum, most urgent first.
pub const BY_URGENCY: Index = Index::Extra(0);

/// The partition that lists the stock of a tenant's products.
#[must_use]
pub fn stock_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#stock")
}

/// The index partition that lists what is low.
#[must_use]
pub fn low_stock_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#stock#low")
}

/// What lists and sums need to know of a product and its stock: exact, and small, because lots received on one day are one
/// figure and lots with nothing available are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockFigures {
    /// Which product.
    pub product_id: ProductId,
    /// What people call it.
    pub product_code: ProductCode,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family; may be empty.
    pub specific_grade: String,
    /// Below this much available material it counts as low.
    pub min_stock: Kg,
    /// Whether it is still traded.
    pub active: bool,
    /// Held for deals that are not decided yet.
    pub reserved: Kg,
    /// What is available, by day of receipt, oldest first.
    pub days: Vec<DayFigures>,
}

/// What is available of the lots that a product received on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayFigures {
    /// The day of receipt.
    pub on: BusinessDate,
    /// How many lots have something available.
    pub lots: u32,
    /// How much is available.
    pub kg: Kg,
    /// Sum of available × rate.
    #[serde(with = "kernel::money::exact")]
    pub inr: Inr,
}

impl StockFigures {
    /// The figures of a product, also of one whose import was taken back; `None` before it was ever in the catalogue.
    #[must_use]
    pub fn of(id: ProductId, product: &Product, stock: &Stock) -> Option<Self> {
        let (code, attributes) = product.last_details()?;
        let mut days: BTreeMap<BusinessDate, DayFigures> = BTreeMap::new();
        for lot in stock.lots().values().filter(|lot| lot.available.is_positive()) {
            let nothing = DayFigures { on: lot.received_on, lots: 0, kg: Kg::ZERO, inr: Inr::ZERO };
            let day = days.entry(lot.received_on).or_insert(nothing);
            day.lots = day.lots.saturating_add(1);
            day.kg = day.kg.saturating_add(lot.available);
            day.inr = day.inr + lot.rate.times(lot.available);
        }
        Some(Self {
            product_id: id,
            product_code: code.clone(),
            grade: attributes.grade.clone(),
            company: attributes.company.clone(),
            specific_grade: attributes.specific_grade.clone(),
            min_stock: attributes.min_stock,
            active: product.imported().is_none_or(|imported| imported.active),
            reserved: stock.lots().values().map(|lot| lot.reserved).sum(),
            days: days.into_values().collect(),
        })
    }

    /// All that is available.
    #[must_use]
    pub fn available(&self) -> Kg {
        self.days.iter().map(|day| day.kg).sum()
    }

    /// What that cost the firm.
    #[must_use]
    pub fn value(&self) -> Inr {
        self.days.iter().map(|day| day.inr).sum()
    }

    /// How many lots have something available.
    #[must_use]
    pub fn lots(&self) -> u64 {
        self.days.iter().map(|day| u64::from(day.lots)).sum()
    }

    /// How much is missing to the minimum; `None` when nothing is, and of what is no longer traded.
    #[must_use]
    pub fn shortage(&self) -> Option<Kg> {
        let missing = self.min_stock.saturating_sub(self.available());
        (self.active && missing.is_positive()).then_some(missing)
    }

    /// Where a product that is low stands among others: first the one that has the smallest part of its minimum, to the
    /// millionth; of those with equal parts the one that lacks most.
    fn urgency(&self) -> Option<String> {
        let shortage = self.shortage()?;
        let least = i128::from(self.min_stock.grams());
        let part = i128::from(self.available().grams()).saturating_mul(1_000_000).checked_div(least)?;
        let beyond = i64::MAX.saturating_sub(shortage.grams());
        Some(format!("{part:06}#{beyond:019}#{}#{}", self.product_code, self.product_id))
    }
}

/// Writes the row of a product as both of its streams are now. One whose import was taken back keeps its place, and lists pass
/// it over.
pub(super) async fn project(
    inventory: &Inventory,
    id: ProductId,
    product: &Stream<Product>,
    stock: &Stream<Stock>,
) -> Result<(), BoxError> {
    let Some(figures) = StockFigures::of(id, product.state(), stock.state()) else { return Ok(()) };
    let tenant = &inventory.tenant;
    let gone = product.state().is_withdrawn();
    let low = figures.urgency().filter(|_| !gone).map(|place| (low_stock_partition(tenant), place));
    let attributes = [
        ("company", comparable(&figures.company)),
        ("grade", comparable(&figures.grade)),
        ("text", text(&figures.product_code, [&figures.grade, &figures.company, &figures.specific_grade])),
    ];
    let row = Row {
        pk: stock_partition(tenant),
        sk: format!("{}#{id}", figures.product_code),
        sequence: product.version().saturating_add(stock.version()),
        indexes: [low, None, None],
        attributes: attributes
            .into_iter()
            .chain(gone.then(withdrawn))
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        body: serde_json::to_string(&figures)?,
    };
    inventory.views.put(row).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(min_stock: &str, available: &str, active: bool) -> StockFigures {
        let kg = available.parse().unwrap();
        StockFigures {
            product_id: ProductId::new(uuid::Uuid::nil()),
            product_code: "TR131".parse().unwrap(),
            grade: String::new(),
            company: String::new(),
            specific_grade: String::new(),
            min_stock: min_stock.parse().unwrap(),
            active,
            reserved: Kg::ZERO,
            days: vec![DayFigures { on: "2025-07-01".parse().unwrap(), lots: 1, kg, inr: Inr::ZERO }],
        }
    }

    #[test]
    fn the_smallest_part_of_a_minimum_is_most_urgent_then_the_greatest_shortage() {
        let sorted = [("100", "0"), ("50", "0"), ("1000", "1"), ("10", "5"), ("10", "9.999")];
        let urgencies = sorted.map(|(least, there)| figures(least, there, true).urgency().unwrap());
        assert!(urgencies.is_sorted(), "{urgencies:?}");
    }

    #[test]
    fn enough_is_not_low_and_what_is_no_longer_traded_neither() {
        for (least, there, active) in [("0", "0", true), ("10", "10", true), ("10", "0", false)] {
            assert_eq!(figures(least, there, active).urgency(), None);
        }
    }
}
