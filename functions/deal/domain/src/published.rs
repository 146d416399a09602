//! The versioned facts other contexts may read. Self-contained; a change that breaks a reader adds a version.

use kernel::{Inr, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deal::{
    CancelCause, Change, CostedSource, DealEvent, ImportedDeal, ImportedSource, Registered, Shortage, Status,
    changes,
};
use crate::{DealId, Terms};

/// `deal.requested`: a trader registered a deal; stock shall cover it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealRequested {
    /// Which deal.
    pub deal_id: DealId,
    /// When it is given up if still undecided.
    pub due: Timestamp,
    /// The sale and its sources.
    #[serde(flatten)]
    pub terms: Terms,
}

/// `deal.confirmed`: a deal as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealStands {
    /// Which deal.
    pub deal_id: DealId,
    /// Its short name.
    pub reference: String,
    /// `pending`, `confirmed`, `rejected` or `cancelled`.
    pub status: String,
    /// The sale and the sources that were asked for.
    pub terms: Terms,
    /// Where the material came from; empty until confirmed.
    pub sources: Vec<CostedSource>,
    /// What the customer pays.
    pub revenue_inr: Inr,
    /// What the material cost; absent until confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_inr: Option<Inr>,
    /// Revenue less cost; absent until confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_inr: Option<Inr>,
}

/// `deal.amended`: a deal as it stands, and what changed about it. Who changed it is the `actor` of the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealAmended {
    /// The deal after the change.
    #[serde(flatten)]
    pub deal: DealStands,
    /// Each term that changed: `ratePerKg`, `deliveryTerms`, `warehouse`, `saleComments`, `purchaseComments` or
    /// `finalComments`.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// `deal.imported`: a deal was taken over from another system, or changed there. It is confirmed, nobody is to be told, and stock
/// has nothing to do: the imported lots hold what was left. `deal.import-withdrawn`: that was taken back, and the deal is as if
/// it had never moved in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealImported {
    /// Which deal.
    pub deal_id: DealId,
    /// Its identity in the other system.
    pub legacy_id: String,
    /// Its short name.
    pub reference: String,
    /// `confirmed`, or `withdrawn`
    pub status: String,
    /// The sale. Its own sources are empty.
    pub terms: Terms,
    /// Where the material came from.
    pub sources: Vec<ImportedSource>,
    /// What the customer pays.
    pub revenue_inr: Inr,
    /// What the material cost.
    pub cost_inr: Inr,
    /// Revenue less cost.
    pub margin_inr: Inr,
}

/// `deal.rejected`: a deal could not be covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealRejected {
    /// Which deal.
    pub deal_id: DealId,
    /// Its short name.
    pub reference: String,
    /// What was asked for.
    pub terms: Terms,
    /// Every lot that was short.
    pub shortages: Vec<Shortage>,
}

/// `deal.cancelled`: a deal was called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealCancelled {
    /// Which deal.
    pub deal_id: DealId,
    /// Its short name.
    pub reference: String,
    /// What was registered.
    pub terms: Terms,
    /// Who or what called it off.
    pub cause: CancelCause,
    /// Whether it had been confirmed before.
    pub was_confirmed: bool,
    /// What it had taken; empty unless it had been confirmed.
    pub sources: Vec<CostedSource>,
}

/// A published fact of this context; serializes as its data alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum DealFact {
    /// `deal.requested`
    Requested(Box<DealRequested>),
    /// `deal.confirmed`
    Confirmed(Box<DealStands>),
    /// `deal.rejected`
    Rejected(Box<DealRejected>),
    /// `deal.cancelled`
    Cancelled(Box<DealCancelled>),
    /// `deal.amended`
    Amended(Box<DealAmended>),
    /// `deal.imported`
    Imported(Box<DealImported>),
    /// `deal.import-withdrawn`
    ImportWithdrawn(Box<DealImported>),
}

impl DealFact {
    /// The fact's type on the bus.
    #[must_use]
    pub const fn fact_type(&self) -> &'static str {
        match self {
            Self::Requested(_) => "deal.requested",
            Self::Confirmed(_) => "deal.confirmed",
            Self::Rejected(_) => "deal.rejected",
            Self::Cancelled(_) => "deal.cancelled",
            Self::Amended(_) => "deal.amended",
            Self::Imported(_) => "deal.imported",
            Self::ImportWithdrawn(_) => "deal.import-withdrawn",
        }
    }

    /// What an event tells the others; `before` are the terms until then, `after` is the deal with that event folded in.
    #[must_use]
    pub fn of(deal_id: DealId, event: &DealEvent, before: Option<&Terms>, after: &Registered) -> Self {
        let (reference, terms) = (deal_id.reference(), after.terms.clone());
        match event {
            DealEvent::DealRequested { terms, due } => {
                Self::Requested(Box::new(DealRequested { deal_id, due: *due, terms: terms.clone() }))
            }
            DealEvent::DealConfirmed { .. } => Self::Confirmed(Box::new(DealStands::of(deal_id, after))),
            DealEvent::CommentsAmended { .. } | DealEvent::TermsAmended { .. } => {
                Self::Amended(Box::new(amended(deal_id, before, after)))
            }
            DealEvent::DealImported { deal } => {
                Self::Imported(Box::new(DealImported::of(deal_id, deal, after)))
            }
            // `decide` lets nothing be withdrawn that was not imported.
            DealEvent::DealImportWithdrawn => match &after.imported {
                Some(deal) => Self::ImportWithdrawn(Box::new(DealImported::of(deal_id, deal, after))),
                None => Self::Amended(Box::new(amended(deal_id, before, after))),
            },
            DealEvent::DealRejected { shortages } => {
                let shortages = shortages.clone();
                Self::Rejected(Box::new(DealRejected { deal_id, reference, terms, shortages }))
            }
            DealEvent::DealCancelled { cause } => {
                let sources = after.costed().to_vec();
                Self::Cancelled(Box::new(DealCancelled {
                    deal_id,
                    reference,
                    terms,
                    cause: cause.clone(),
                    was_confirmed: !sources.is_empty(),
                    sources,
                }))
            }
        }
    }
}

impl DealImported {
    /// A deal as it stands, which another system knows as `deal`.
    #[must_use]
    pub fn of(deal_id: DealId, deal: &ImportedDeal, after: &Registered) -> Self {
        Self {
            deal_id,
            legacy_id: deal.legacy_id.clone(),
            reference: deal_id.reference(),
            status: after.status.name().to_owned(),
            terms: after.terms.clone(),
            sources: deal.sources.clone(),
            revenue_inr: after.revenue(),
            cost_inr: deal.cost(),
            margin_inr: after.revenue() - deal.cost(),
        }
    }
}

fn amended(deal_id: DealId, before: Option<&Terms>, after: &Registered) -> DealAmended {
    let changes = before.map(|before| changes(before, &after.terms)).unwrap_or_default();
    DealAmended { deal: DealStands::of(deal_id, after), changes }
}

impl DealStands {
    /// A deal as it stands.
    #[must_use]
    pub fn of(deal_id: DealId, deal: &Registered) -> Self {
        let cost = deal.cost().filter(|_| matches!(deal.status, Status::Confirmed { .. }));
        Self {
            deal_id,
            reference: deal_id.reference(),
            status: deal.status.name().to_owned(),
            terms: deal.terms.clone(),
            sources: deal.costed().to_vec(),
            revenue_inr: deal.revenue(),
            cost_inr: cost,
            margin_inr: cost.map(|cost| deal.revenue() - cost),
        }
    }
}
