//! What this context answers.

mod compare;
mod conflicts;
mod connection;
mod foreign;
mod preview;
mod rows;

pub use compare::{CellDifference, CompareError, Comparison, Presence, RowDifference, compare};
pub use conflicts::{conflict, conflicts};
pub use connection::{ConnectionView, TabView, connection};
pub use foreign::{ForeignLine, foreign};
pub use preview::{Preview, RowAction, preview};
pub use rows::rows;
