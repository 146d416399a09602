//! What can be asked about deals: one file per question.

mod deal;
mod deals;
mod filter;
mod history;
mod imported;
mod made_here;
mod summary;

pub use deal::{deal, deal_as_of};
pub use deals::{DealOrder, deals};
pub use filter::DealFilter;
pub use history::{HistoryEntry, history};
pub use imported::{imported_deal, imported_ids};
pub use made_here::made_here;
pub use summary::{GroupBy, SummaryRow, summary, total};
