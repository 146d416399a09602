//! The rows of the old database as typed values, each with what was stored where reading changed its form.

use kernel::{BusinessDate, Inr, Kg, RatePerKg, Timestamp};
use serde::Serialize;

use crate::value::{Delivery, SaleSource};

/// The supplier that the old backend wrote when a deal had none of its own.
pub const MULTIPLE_SUPPLIERS: &str = "Multiple Suppliers";
/// Characters 14 to 17 of the id of every lot that the backfill script made a second time.
pub const BACKFILL_TAG: &str = "ws1p";

/// All that could be read of the old database. Rows are in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    /// Deals.
    pub deals: Vec<Deal>,
    /// Allocations of lots to deals.
    pub sources: Vec<DealSource>,
    /// Lots.
    pub lots: Vec<Lot>,
    /// The catalogue.
    pub products: Vec<Product>,
    /// Customers and suppliers.
    pub parties: Vec<Party>,
}

/// A product as a row copies it: code and attributes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    /// The unique code.
    pub code: String,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand.
    pub company: String,
    /// Polymer family.
    pub specific_grade: String,
}

/// One trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// Its id in the old system.
    pub id: String,
    /// Its day.
    pub date: BusinessDate,
    /// Who bought.
    pub customer: String,
    /// How much was sold; more than zero.
    pub quantity: Kg,
    /// At which rate; more than zero.
    pub rate: RatePerKg,
    /// Who brought it.
    pub delivery: Delivery,
    /// What was sold.
    pub product: Described,
    /// Where it came from.
    pub source: SaleSource,
    /// Who sold it to the firm, or [`MULTIPLE_SUPPLIERS`].
    pub supplier: String,
    /// How much was bought for it; zero when it came from stock.
    pub bought: Kg,
    /// What the firm paid.
    pub purchase_rate: RatePerKg,
    /// Note on the sale.
    pub sale_comments: Option<String>,
    /// Note on the purchase.
    pub purchase_comments: Option<String>,
    /// Note in the end.
    pub final_comments: Option<String>,
    /// From where.
    pub warehouse: Option<String>,
    /// When the row was written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What was stored.
    pub originals: DealOriginals,
}

/// A deal's cells as they were stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DealOriginals {
    /// `date`
    pub date: String,
    /// `quantitySold`
    pub quantity: String,
    /// `saleRate`
    pub rate: String,
    /// `deliveryTerms`
    pub delivery_terms: String,
    /// `saleSource`
    pub sale_source: String,
    /// `purchaseQuantity`
    pub purchase_quantity: String,
    /// `purchaseRate`
    pub purchase_rate: String,
}

impl Deal {
    /// What the customer paid.
    #[must_use]
    pub fn revenue(&self) -> Inr {
        self.rate.times(self.quantity)
    }

    /// What the sold material cost by the deal's own purchase rate.
    #[must_use]
    pub fn cost_as_stored(&self) -> Inr {
        self.purchase_rate.times(self.quantity)
    }
}

/// How much of which lot a deal took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealSource {
    /// Its id in the old system.
    pub id: String,
    /// The deal.
    pub deal: String,
    /// The lot.
    pub lot: String,
    /// How much of it; more than zero.
    pub quantity: Kg,
    /// What the firm paid for it.
    pub cost: RatePerKg,
    /// Who sold it to the firm.
    pub supplier: String,
    /// Its place among the deal's sources, from 1.
    pub order: i64,
}

/// Leftover or manually added stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its id in the old system.
    pub id: String,
    /// Of what.
    pub product: Described,
    /// How much is left; zero when it is used up.
    pub quantity: Kg,
    /// What the firm paid; more than zero.
    pub rate: RatePerKg,
    /// Who sold it to the firm.
    pub supplier: String,
    /// Since when.
    pub received_on: BusinessDate,
    /// When the row was written.
    pub created_at: Timestamp,
    /// What was stored.
    pub originals: LotOriginals,
}

/// A lot's cells as they were stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LotOriginals {
    /// `quantity`
    pub quantity: String,
    /// `rate`
    pub rate: String,
    /// `dateAdded`
    pub date_added: String,
}

impl Lot {
    /// What is left, at the rate paid.
    #[must_use]
    pub fn value(&self) -> Inr {
        self.rate.times(self.quantity)
    }

    /// Whether the backfill script made it: its material is in another lot, or in a deal, already.
    #[must_use]
    pub fn is_backfill(&self) -> bool {
        self.id.get(13..17) == Some(BACKFILL_TAG)
    }
}

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id in the old system.
    pub id: String,
    /// Code and attributes.
    pub described: Described,
    /// Free text, always `system`.
    pub source: String,
}

/// Which master list a party stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyTable {
    /// `sale_parties`: customers.
    Sale,
    /// `purchase_parties`: suppliers.
    Purchase,
}

impl PartyTable {
    /// The table's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale_parties",
            Self::Purchase => "purchase_parties",
        }
    }
}

/// A customer or supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its id in the old system.
    pub id: String,
    /// Which list it stands in.
    pub table: PartyTable,
    /// Its unique name there.
    pub name: String,
    /// Whom to talk to.
    pub contact_person: Option<String>,
    /// Phone number as typed.
    pub phone: Option<String>,
    /// E-mail address as typed.
    pub email: Option<String>,
    /// Postal address as typed.
    pub address: Option<String>,
}

impl Books {
    /// The catalogue entry with this code.
    #[must_use]
    pub fn product(&self, code: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.described.code == code)
    }

    /// The sources of a deal in the trader's order.
    #[must_use]
    pub fn sources_of(&self, deal: &str) -> Vec<&DealSource> {
        let mut sources: Vec<_> = self.sources.iter().filter(|source| source.deal == deal).collect();
        sources.sort_by_key(|source| source.order);
        sources
    }

    /// The same books without the lots that the backfill script made a second time, except those that a deal names.
    #[must_use]
    pub fn without_backfill(mut self) -> Self {
        let sources = std::mem::take(&mut self.sources);
        self.lots.retain(|lot| !lot.is_backfill() || sources.iter().any(|source| source.lot == lot.id));
        Self { sources, ..self }
    }
}
