//! What this context answers.

mod compare;
mod connection;
mod preview;
mod rows;

pub use compare::{CellDifference, CompareError, Comparison, Presence, RowDifference, compare};
pub use connection::{ConnectionView, connection};
pub use preview::{Preview, RowAction, preview};
pub use rows::rows;
