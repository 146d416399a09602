//! A deal as clients see it.

use deal_domain::deal::{CancelCause, ImportedSource, Registered, Shortage, Status};
use deal_domain::{Comments, DealId, DeliveryTerms, LotId, PartyId, ProductId, Source};
use kernel::{BusinessDate, Inr, Kg, RatePerKg, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A registered deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealView {
    /// Its identity.
    pub id: DealId,
    /// Its short name, for people.
    pub reference: String,
    /// `pending`, `confirmed`, `rejected`, `cancelled`, or, of an import that was taken back, `withdrawn`.
    pub status: String,
    /// The day of the deal.
    pub date: BusinessDate,
    /// Who buys.
    pub customer: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<PartyId>,
    /// What is sold.
    pub product_id: ProductId,
    /// Its code.
    pub product_code: String,
    /// How much is sold.
    pub quantity_kg: Kg,
    /// At which rate; absent for callers without `cost:read`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub rate_per_kg: RatePerKg,
    /// Who brings it.
    pub delivery_terms: DeliveryTerms,
    /// From where, when it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// What the trader noted.
    #[serde(flatten)]
    pub comments: Comments,
    /// Where the material comes from; with cost once confirmed.
    pub sources: Vec<SourceView>,
    /// What the customer pays; absent for callers without `cost:read`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub revenue_inr: Inr,
    /// What the material cost; absent until confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_inr: Option<Inr>,
    /// Revenue less cost; absent until confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_inr: Option<Inr>,
    /// Why it was rejected, cancelled or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When it was registered.
    pub requested_at: Timestamp,
    /// When it is given up if still pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it was last decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Whether it was taken over from another system; it is final then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// Its identity in that system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<String>,
    /// Version of the deal, as in the `ETag`.
    pub version: u64,
}

/// One source of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceView {
    /// `lot` or `purchase`; for an imported deal also `stock`, which says no more than that it was in stock.
    pub kind: String,
    /// The lot it comes from; for a purchase the new lot, once confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_id: Option<LotId>,
    /// Who sold it to the firm; for a lot known once confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lies, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// How much the deal takes of it; for a purchase that is not confirmed, how much is bought.
    pub quantity_kg: Kg,
    /// All that was bought, for a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_kg: Option<Kg>,
    /// What the firm paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_kg: Option<RatePerKg>,
    /// Quantity × rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_inr: Option<Inr>,
}

/// Why a deal was rejected or cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// `insufficient-stock`, `cancelled`, `timeout` or `import-withdrawn`.
    pub code: String,
    /// In words.
    pub detail: String,
    /// Every lot that was short, when stock was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortages: Vec<Shortage>,
}

impl DealView {
    /// Shows a deal.
    #[must_use]
    pub fn of(id: DealId, deal: &Registered, version: u64) -> Self {
        let terms = &deal.terms;
        let cost = deal.cost();
        Self {
            id,
            reference: id.reference(),
            status: deal.status.name().to_owned(),
            date: terms.date,
            customer: terms.customer.clone(),
            customer_id: terms.customer_id,
            product_id: terms.product_id,
            product_code: terms.product_code.clone(),
            quantity_kg: terms.quantity_kg.get(),
            rate_per_kg: terms.rate_per_kg.get(),
            delivery_terms: terms.delivery_terms,
            warehouse: terms.warehouse.clone(),
            comments: terms.comments.clone(),
            sources: sources(deal),
            revenue_inr: deal.revenue(),
            cost_inr: cost,
            margin_inr: cost.map(|cost| deal.revenue() - cost),
            reason: reason(&deal.status),
            requested_at: deal.requested_at,
            due: matches!(deal.status, Status::Pending).then_some(deal.due),
            decided_at: deal.decided_at,
            imported: deal.imported.is_some(),
            legacy_id: deal.imported.as_ref().map(|imported| imported.legacy_id.clone()),
            version,
        }
    }
}

fn sources(deal: &Registered) -> Vec<SourceView> {
    if let Some(imported) = &deal.imported {
        return imported.sources.iter().map(taken_over).collect();
    }
    let costed = deal.costed();
    if costed.is_empty() {
        return deal.terms.sources.iter().map(requested).collect();
    }
    let shown = costed.iter().map(|source| SourceView {
        kind: if source.bought_kg.is_some() { "purchase" } else { "lot" }.to_owned(),
        lot_id: Some(source.lot_id),
        supplier: Some(source.supplier.clone()),
        supplier_id: source.supplier_id,
        warehouse: source.warehouse.clone(),
        quantity_kg: source.quantity_kg,
        bought_kg: source.bought_kg,
        rate_per_kg: Some(source.rate_per_kg),
        cost_inr: Some(source.cost()),
    });
    shown.collect()
}

fn taken_over(source: &ImportedSource) -> SourceView {
    SourceView {
        kind: source.kind().to_owned(),
        lot_id: source.lot_id,
        supplier: Some(source.supplier.clone()),
        supplier_id: source.supplier_id,
        warehouse: source.warehouse.clone(),
        quantity_kg: source.quantity_kg,
        bought_kg: source.bought_kg,
        rate_per_kg: Some(source.rate_per_kg),
        cost_inr: Some(source.cost()),
    }
}

fn requested(source: &Source) -> SourceView {
    match source {
        Source::Lot { lot_id, quantity_kg } => SourceView {
            kind: "lot".to_owned(),
            lot_id: Some(*lot_id),
            supplier: None,
            supplier_id: None,
            warehouse: None,
            quantity_kg: quantity_kg.get(),
            bought_kg: None,
            rate_per_kg: None,
            cost_inr: None,
        },
        Source::Purchase { supplier, supplier_id, quantity_kg, rate_per_kg, warehouse } => SourceView {
            kind: "purchase".to_owned(),
            lot_id: None,
            supplier: Some(supplier.clone()),
            supplier_id: *supplier_id,
            warehouse: warehouse.clone(),
            quantity_kg: quantity_kg.get(),
            bought_kg: Some(quantity_kg.get()),
            rate_per_kg: Some(rate_per_kg.get()),
            cost_inr: None,
        },
    }
}

fn reason(status: &Status) -> Option<Reason> {
    match status {
        Status::Pending | Status::Confirmed { .. } => None,
        Status::Withdrawn => Some(Reason {
            code: "import-withdrawn".to_owned(),
            detail: "its import from the old system was taken back".to_owned(),
            shortages: Vec::new(),
        }),
        Status::Rejected { shortages } => Some(Reason {
            code: "insufficient-stock".to_owned(),
            detail: shortages.iter().map(shortage).collect::<Vec<_>>().join("; "),
            shortages: shortages.clone(),
        }),
        Status::Cancelled { cause: CancelCause::Trader { reason }, .. } => Some(Reason {
            code: "cancelled".to_owned(),
            detail: reason.clone().unwrap_or_else(|| "cancelled without a reason".to_owned()),
            shortages: Vec::new(),
        }),
        Status::Cancelled { cause: CancelCause::Timeout, .. } => Some(Reason {
            code: "timeout".to_owned(),
            detail: "stock did not answer in time; nothing is held for this deal".to_owned(),
            shortages: Vec::new(),
        }),
    }
}

/// A shortage in words.
#[must_use]
pub fn shortage(short: &Shortage) -> String {
    match short.available_kg {
        Some(available) => {
            let Shortage { lot_id, requested_kg, short_kg, .. } = short;
            format!("{lot_id} has {available} kg of the {requested_kg} kg asked for: short by {short_kg} kg")
        }
        None => format!("there is no lot {}: short by {} kg", short.lot_id, short.short_kg),
    }
}
