use kernel::Timestamp;

use super::{CostedSource, ImportedDeal, Shortage};
use crate::Terms;

/// What can be asked of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DealCommand {
    /// Register it.
    Request {
        /// The sale and its sources.
        terms: Terms,
        /// The present, from which its due time counts.
        now: Timestamp,
    },
    /// Take it over from another system, or what changed there since it was last taken over.
    Import(Box<ImportedDeal>),
    /// Take its import back, as if it had never moved in.
    WithdrawImport,
    /// Stock holds every source.
    Confirm {
        /// The sources with their cost.
        sources: Vec<CostedSource>,
    },
    /// Stock cannot cover it.
    Reject {
        /// Every lot that is short.
        shortages: Vec<Shortage>,
    },
    /// A person calls it off.
    Cancel {
        /// Why, if they say.
        reason: Option<String>,
    },
    /// Nobody decided it in time.
    GiveUp {
        /// The present.
        now: Timestamp,
    },
    /// Change what is noted on it.
    AmendComments {
        /// Which notes, and to what.
        patch: CommentsPatch,
    },
}

/// For each note: `None` leaves it, `Some(None)` clears it, `Some(Some(text))` sets it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommentsPatch {
    /// On the sale.
    pub sale: Option<Option<String>>,
    /// On the purchase.
    pub purchase: Option<Option<String>>,
    /// In the end.
    pub last: Option<Option<String>>,
}
