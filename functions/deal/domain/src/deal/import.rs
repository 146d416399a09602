//! Taking a deal over from another system, again and again while that system is still in use.

use std::collections::BTreeMap;

use kernel::{BusinessDate, Inr, Kg, PositiveKg, PositiveRate, RatePerKg, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DealEvent, DealRefusal, Registered, Status};
use crate::terms::MOST_SOURCES;
use crate::{Comments, DeliveryTerms, LotId, PartyId, ProductId, Terms, TermsFault};

/// Where the material of an imported deal came from. Its effect on stock is in the imported lots already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedSource {
    /// The lot, where the other system knew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_id: Option<LotId>,
    /// How much the deal took of it.
    pub quantity_kg: Kg,
    /// What the firm paid.
    pub rate_per_kg: RatePerKg,
    /// Who sold it to the firm.
    pub supplier: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lay, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// All that was bought, when it was bought for this deal. A source with neither this nor a lot is unspecified stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_kg: Option<Kg>,
}

impl ImportedSource {
    /// What the deal's part of it cost, exactly.
    #[must_use]
    pub fn cost(&self) -> Inr {
        self.rate_per_kg.times(self.quantity_kg)
    }

    /// `lot`, `purchase` or `stock`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match (self.lot_id, self.bought_kg) {
            (Some(_), _) => "lot",
            (None, Some(_)) => "purchase",
            (None, None) => "stock",
        }
    }
}

/// A deal as another system has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedDeal {
    /// Its identity there.
    pub legacy_id: String,
    /// The day of the deal.
    pub date: BusinessDate,
    /// Who bought, as it was written there.
    pub customer: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<PartyId>,
    /// What was sold.
    pub product_id: ProductId,
    /// Its code.
    pub product_code: String,
    /// How much was sold.
    pub quantity_kg: PositiveKg,
    /// At which rate.
    pub rate_per_kg: PositiveRate,
    /// Who brought it.
    pub delivery_terms: DeliveryTerms,
    /// From where, when it mattered.
    pub warehouse: Option<String>,
    /// What was noted on it.
    pub comments: Comments,
    /// When it was registered there.
    pub created_at: Timestamp,
    /// Where the material came from; together exactly what was sold.
    pub sources: Vec<ImportedSource>,
    /// What was stored there, cell by cell, before it was read.
    pub originals: BTreeMap<String, String>,
}

impl ImportedDeal {
    /// What the material cost, exactly.
    #[must_use]
    pub fn cost(&self) -> Inr {
        self.sources.iter().map(ImportedSource::cost).sum()
    }

    fn faults(&self) -> Vec<TermsFault> {
        if self.sources.is_empty() {
            return vec![TermsFault::NoSources];
        }
        let mut faults = Vec::new();
        if self.sources.len() > MOST_SOURCES {
            faults.push(TermsFault::TooManySources(self.sources.len()));
        }
        for (position, source) in self.sources.iter().enumerate() {
            if source.lot_id.is_some_and(|lot| lot.root() != self.product_id) {
                faults.push(TermsFault::ForeignLot(position));
            }
        }
        let quantity = self.quantity_kg.get();
        // Of a purchase no more can be taken than was bought.
        let brought =
            |source: &ImportedSource| source.quantity_kg.min(source.bought_kg.unwrap_or(source.quantity_kg));
        let covered: Kg = self.sources.iter().map(brought).sum();
        let drawn: Kg = self.sources.iter().map(|source| source.quantity_kg).sum();
        if drawn > quantity {
            faults.push(TermsFault::Overdrawn { drawn, quantity });
        }
        if covered < quantity {
            faults.push(TermsFault::Uncovered { covered, quantity, short: quantity.saturating_sub(covered) });
        }
        faults
    }

    /// Its terms. Their sources are empty: they are known with their cost from the beginning.
    fn terms(&self) -> Terms {
        Terms {
            date: self.date,
            customer: self.customer.clone(),
            customer_id: self.customer_id,
            product_id: self.product_id,
            product_code: self.product_code.clone(),
            quantity_kg: self.quantity_kg,
            rate_per_kg: self.rate_per_kg,
            delivery_terms: self.delivery_terms,
            warehouse: self.warehouse.clone(),
            comments: self.comments.clone(),
            sources: Vec::new(),
        }
    }
}

/// A new deal, or what changed in the other system; nothing when nothing did. The day and the instant of a deal are its place
/// in every list, so they stay.
pub(super) fn import(
    present: Option<&Registered>,
    deal: &ImportedDeal,
) -> Result<Vec<DealEvent>, DealRefusal> {
    let faults = deal.faults();
    if !faults.is_empty() {
        return Err(DealRefusal::Terms(faults));
    }
    let withdrawn = present.is_some_and(|present| present.status == Status::Withdrawn);
    match present.map(|present| present.imported.as_deref()) {
        Some(None) => Err(DealRefusal::AlreadyRegistered),
        Some(Some(before)) if before == deal && !withdrawn => Ok(vec![]),
        Some(Some(before)) if before.date != deal.date || before.created_at != deal.created_at => {
            Err(DealRefusal::ImportedOnAnotherDay)
        }
        Some(Some(_)) | None => Ok(vec![DealEvent::DealImported { deal: Box::new(deal.clone()) }]),
    }
}

/// Takes an import back, unless people worked on the deal since. Stock has no part in it: an imported deal took nothing here.
pub(super) fn withdraw(present: &Registered) -> Result<Vec<DealEvent>, DealRefusal> {
    match &present.imported {
        None => Err(DealRefusal::NotImported),
        Some(_) if present.status == Status::Withdrawn => Ok(vec![]),
        Some(imported) if imported.comments != present.terms.comments => Err(DealRefusal::BuiltUpon),
        Some(_) => Ok(vec![DealEvent::DealImportWithdrawn]),
    }
}

/// The deal after an import: confirmed from the beginning. Notes that people changed here stay unless the other system changed
/// them since the last time.
pub(super) fn imported(present: Option<Registered>, deal: &ImportedDeal) -> Registered {
    let mut terms = deal.terms();
    if let Some(Registered { terms: present, imported: Some(before), .. }) = present
        && before.comments == deal.comments
    {
        terms.comments = present.comments;
    }
    Registered {
        terms,
        requested_at: deal.created_at,
        due: deal.created_at,
        status: Status::Confirmed { sources: Vec::new() },
        decided_at: Some(deal.created_at),
        imported: Some(Box::new(deal.clone())),
    }
}
