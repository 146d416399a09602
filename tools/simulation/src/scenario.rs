//! Which part of the system is simulated.

use crate::faults::named;

named!(
    /// A part of the system with its clients.
    Scenario {
        /// Deals and stock: traders trade, a storekeeper fills the shelves.
        Trading = "trading",
        /// News of deals: people are told by providers of messages.
        Telling = "telling",
        /// Deals in the firm's sheet: a spreadsheet takes their rows.
        Filing = "filing",
    }
);

impl Scenario {
    /// How many deals one history has, usually.
    #[must_use]
    pub const fn usual_deals(self) -> usize {
        match self {
            Self::Trading => 50,
            Self::Telling => 8,
            Self::Filing => 12,
        }
    }
}
