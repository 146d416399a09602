use crate::{Content, SheetDeal};

use super::Seen;

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
    },
    /// Held rows shall go into the sheet.
    Release,
    /// A flush has looked at rows, and perhaps written them.
    Settle {
        /// What it saw of each, by part.
        seen: Vec<(u32, Settled)>,
    },
    /// Somebody asked for a full comparison: written rows are looked at again.
    Recheck,
}

/// A row after a flush.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What was wanted when the flush decided.
    pub wanted: Content,
    /// What it found or did.
    pub seen: Seen,
}
