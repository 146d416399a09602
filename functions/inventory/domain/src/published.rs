//! The versioned facts other contexts may read. Self-contained; a change that breaks a reader adds a version.

use kernel::{BusinessDate, Inr, Kg, RatePerKg};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::product::{Attributes, ProductEvent};
use crate::stock::{Draw, LotImport, ReservedSource, StockEvent};
use crate::{DealId, LotId, PartyId, ProductCode, ProductId};

/// `inventory.product-created`, `inventory.product-changed`: a product as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductDescribed {
    /// Which product.
    pub product_id: ProductId,
    /// Its code, which never changes.
    pub product_code: ProductCode,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family; may be empty.
    pub specific_grade: String,
    /// Below this the product counts as low.
    pub min_stock_kg: Kg,
}

/// `inventory.product-import-withdrawn`: a product is as if it had never been imported; it may come back as `product-created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductImportWithdrawn {
    /// Which product.
    pub product_id: ProductId,
    /// Its code, which is free again.
    pub product_code: ProductCode,
}

/// `inventory.lot-received`: material came into stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotReceived {
    /// The new lot.
    pub lot_id: LotId,
    /// Its product.
    pub product_id: ProductId,
    /// Who sold it to the firm.
    pub supplier: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lies, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// How much came in.
    pub quantity_kg: Kg,
    /// What the firm paid.
    pub rate_per_kg: RatePerKg,
    /// When the firm got it.
    pub received_on: BusinessDate,
}

/// `inventory.lot-adjusted`: what is available in a lot was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotAdjusted {
    /// Which lot.
    pub lot_id: LotId,
    /// Its product.
    pub product_id: ProductId,
    /// More or less.
    pub delta_kg: Kg,
    /// Why.
    pub reason: String,
}

/// `inventory.stock-reserved`: all sources of a deal are held for it, with their cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockReserved {
    /// Which deal.
    pub deal_id: DealId,
    /// The product it sells.
    pub product_id: ProductId,
    /// In the trader's order, each lot once.
    pub sources: Vec<CoveredSource>,
    /// Sum over the sources of quantity × rate.
    pub cost_inr: Inr,
}

/// One covered source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoveredSource {
    /// The lot it comes from; new when `boughtKg` is present.
    pub lot_id: LotId,
    /// How much the deal takes of it.
    pub quantity_kg: Kg,
    /// What the firm paid.
    pub rate_per_kg: RatePerKg,
    /// Who sold it to the firm.
    pub supplier: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lies, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// All that was bought, when it was bought for this deal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_kg: Option<Kg>,
}

/// `inventory.stock-rejected`: a deal could not be covered; nothing is held for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockRejected {
    /// Which deal.
    pub deal_id: DealId,
    /// The product it wanted to sell.
    pub product_id: ProductId,
    /// Every lot that is short.
    pub shortages: Vec<LotShortage>,
}

/// A lot that cannot give what a deal asks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotShortage {
    /// Which lot.
    pub lot_id: LotId,
    /// What the deal asks, summed over all mentions of the lot.
    pub requested_kg: Kg,
    /// What is free; absent when there is no such lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_kg: Option<Kg>,
    /// How much is missing.
    pub short_kg: Kg,
}

/// `inventory.stock-sold`, `inventory.stock-released`: what was held for a deal is sold, or available again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockMoved {
    /// Which deal.
    pub deal_id: DealId,
    /// The product it sells.
    pub product_id: ProductId,
    /// How much of which lot.
    pub draws: Vec<LotDraw>,
}

/// How much of which lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotDraw {
    /// Which lot.
    pub lot_id: LotId,
    /// How much of it.
    pub quantity_kg: Kg,
}

/// A published fact of this context; serializes as its data alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum InventoryFact {
    /// `inventory.product-created`
    ProductCreated(ProductDescribed),
    /// `inventory.product-changed`
    ProductChanged(ProductDescribed),
    /// `inventory.product-import-withdrawn`
    ProductImportWithdrawn(ProductImportWithdrawn),
    /// `inventory.lot-received`
    LotReceived(LotReceived),
    /// `inventory.lot-adjusted`
    LotAdjusted(LotAdjusted),
    /// `inventory.stock-reserved`
    StockReserved(StockReserved),
    /// `inventory.stock-rejected`
    StockRejected(StockRejected),
    /// `inventory.stock-sold`
    StockSold(StockMoved),
    /// `inventory.stock-released`
    StockReleased(StockMoved),
}

impl InventoryFact {
    /// The fact's type on the bus.
    #[must_use]
    pub const fn fact_type(&self) -> &'static str {
        match self {
            Self::ProductCreated(_) => "inventory.product-created",
            Self::ProductChanged(_) => "inventory.product-changed",
            Self::ProductImportWithdrawn(_) => "inventory.product-import-withdrawn",
            Self::LotReceived(_) => "inventory.lot-received",
            Self::LotAdjusted(_) => "inventory.lot-adjusted",
            Self::StockReserved(_) => "inventory.stock-reserved",
            Self::StockRejected(_) => "inventory.stock-rejected",
            Self::StockSold(_) => "inventory.stock-sold",
            Self::StockReleased(_) => "inventory.stock-released",
        }
    }

    /// What a product's event tells the others; `None` for what concerns nobody else.
    #[must_use]
    pub fn of_product(product: ProductId, event: &ProductEvent) -> Option<Self> {
        let describe = |code: &ProductCode, attributes: &Attributes| ProductDescribed {
            product_id: product,
            product_code: code.clone(),
            grade: attributes.grade.clone(),
            company: attributes.company.clone(),
            specific_grade: attributes.specific_grade.clone(),
            min_stock_kg: attributes.min_stock,
        };
        match event {
            ProductEvent::ProductCreated { code, attributes } => {
                Some(Self::ProductCreated(describe(code, attributes)))
            }
            ProductEvent::ProductChanged { code, attributes } => {
                Some(Self::ProductChanged(describe(code, attributes)))
            }
            ProductEvent::ProductImportWithdrawn { code } => {
                let (product_id, product_code) = (product, code.clone());
                Some(Self::ProductImportWithdrawn(ProductImportWithdrawn { product_id, product_code }))
            }
            // Whatever follows for the catalogue is told by an event of its own.
            ProductEvent::ProductImported { .. } => None,
        }
    }

    /// What a stock's event tells the others; `None` for what concerns nobody else.
    #[must_use]
    pub fn of_stock(product: ProductId, event: &StockEvent) -> Option<Self> {
        let lot_id = |number: u32| LotId::new(product, number);
        let moved = |deal: DealId, draws: &[Draw]| StockMoved {
            deal_id: deal,
            product_id: product,
            draws: draws.iter().map(|d| LotDraw { lot_id: lot_id(d.lot), quantity_kg: d.quantity }).collect(),
        };
        Some(match event {
            StockEvent::LotReceived { lot, receipt }
            | StockEvent::LotImported { lot, import: LotImport { receipt, .. } } => {
                Self::LotReceived(LotReceived {
                    lot_id: lot_id(*lot),
                    product_id: product,
                    supplier: receipt.supplier.clone(),
                    supplier_id: receipt.supplier_id,
                    warehouse: receipt.warehouse.clone(),
                    quantity_kg: receipt.quantity,
                    rate_per_kg: receipt.rate,
                    received_on: receipt.received_on,
                })
            }
            StockEvent::LotAdjusted { lot, delta, reason }
            | StockEvent::LotReimported { lot, delta, reason, .. }
            | StockEvent::LotImportWithdrawn { lot, delta, reason } => Self::LotAdjusted(LotAdjusted {
                lot_id: lot_id(*lot),
                product_id: product,
                delta_kg: *delta,
                reason: reason.clone(),
            }),
            StockEvent::StockReserved { deal, sources } => Self::StockReserved(StockReserved {
                deal_id: *deal,
                product_id: product,
                sources: sources.iter().map(|source| covered(product, source)).collect(),
                cost_inr: sources.iter().map(|source| source.rate.times(source.quantity)).sum(),
            }),
            StockEvent::StockRejected { deal, shortages } => Self::StockRejected(StockRejected {
                deal_id: *deal,
                product_id: product,
                shortages: shortages
                    .iter()
                    .map(|short| LotShortage {
                        lot_id: lot_id(short.lot),
                        requested_kg: short.requested,
                        available_kg: short.available,
                        short_kg: short.requested.saturating_sub(short.available.unwrap_or(Kg::ZERO)),
                    })
                    .collect(),
            }),
            StockEvent::StockSold { deal, draws } => Self::StockSold(moved(*deal, draws)),
            StockEvent::StockReleased { deal, draws } => Self::StockReleased(moved(*deal, draws)),
            StockEvent::ReservationForestalled { .. } => return None,
        })
    }
}

fn covered(product: ProductId, source: &ReservedSource) -> CoveredSource {
    CoveredSource {
        lot_id: LotId::new(product, source.lot),
        quantity_kg: source.quantity,
        rate_per_kg: source.rate,
        supplier: source.supplier.clone(),
        supplier_id: source.supplier_id,
        warehouse: source.warehouse.clone(),
        bought_kg: source.purchase.as_ref().map(|purchase| purchase.bought),
    }
}
