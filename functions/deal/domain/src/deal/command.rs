use kernel::Timestamp;

use super::{CostedSource, ImportedDeal, Shortage, TermsPatch};
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
    /// Change its terms as far as stock has no part in them, and what is noted on it.
    Amend {
        /// What, and to what.
        patch: TermsPatch,
    },
}
