use kernel::{Inr, Kg, RatePerKg, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AmendedTerms, ImportedDeal};
use crate::{Comments, LotId, PartyId, Terms};

/// A covered source with its cost basis, as stock reserved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CostedSource {
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

impl CostedSource {
    /// What the deal's part of it cost, exactly.
    #[must_use]
    pub fn cost(&self) -> Inr {
        self.rate_per_kg.times(self.quantity_kg)
    }
}

/// A lot that could not give what the deal asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shortage {
    /// Which lot.
    pub lot_id: LotId,
    /// What the deal asked of it, in sum.
    pub requested_kg: Kg,
    /// What was free; absent when there is no such lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_kg: Option<Kg>,
    /// How much was missing.
    pub short_kg: Kg,
}

/// Who or what called a deal off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum CancelCause {
    /// A person.
    Trader {
        /// Why, if they said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The sweeper: nobody decided it in time.
    Timeout,
}

/// What can have happened to a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DealEvent {
    /// It was registered.
    DealRequested {
        /// The sale and its sources.
        terms: Terms,
        /// When it is given up if still undecided.
        due: Timestamp,
    },
    /// Stock holds every source.
    DealConfirmed {
        /// The sources with their cost.
        sources: Vec<CostedSource>,
    },
    /// Stock could not cover it.
    DealRejected {
        /// Every lot that was short.
        shortages: Vec<Shortage>,
    },
    /// It was called off.
    DealCancelled {
        /// Who or what called it off.
        cause: CancelCause,
    },
    /// It was taken over from another system, where it was confirmed; again whenever it changed there.
    DealImported {
        /// As the other system has it.
        deal: Box<ImportedDeal>,
    },
    /// Its import was taken back: nothing here shows or counts it any more, until it is imported again.
    DealImportWithdrawn,
    /// What is noted on it changed.
    CommentsAmended {
        /// As it reads now.
        comments: Comments,
    },
    /// Its terms changed, and perhaps what is noted on it.
    TermsAmended {
        /// As they read now.
        terms: AmendedTerms,
    },
}
