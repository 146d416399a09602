use crate::conflict::Conflict;
use crate::{ConflictId, Content, Policy, SheetDeal};

use super::{Origin, Seen};

/// What can be asked of the rows of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The sheet shall show the deal like this.
    Show {
        /// Sequence of the event in the deal's own stream that says so; whatever is older is late.
        as_of: u64,
        /// What to show.
        deal: SheetDeal,
        /// Whether to wait until somebody releases them: deals that were imported may stand in the sheet already.
        held: bool,
        /// Whose change of the deal it is, and when it was made.
        origin: Option<Origin>,
    },
    /// Held rows shall go into the sheet.
    Release,
    /// A flush has looked at rows, and perhaps written them.
    Settle {
        /// What it saw of each, by part.
        seen: Vec<(u32, Settled)>,
    },
    /// Written rows are looked at again: somebody asked for a full comparison, or the sheet was seen to differ.
    Recheck,
    /// Rows that people deleted are written again: somebody asked for that.
    Restore,
    /// People brought rows back that they had deleted.
    Return {
        /// Which parts.
        parts: Vec<u32>,
    },
    /// Somebody says which of two values stands.
    Resolve {
        /// Of which conflict.
        id: ConflictId,
        /// Whose value.
        take: Policy,
    },
}

/// A row after a flush.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What was wanted when the flush decided.
    pub wanted: Content,
    /// What it found or did.
    pub seen: Seen,
    /// What cells that people changed came to.
    pub conflicts: Vec<Conflict>,
}
