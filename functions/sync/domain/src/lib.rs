//! The rules of the sheet: what rows a deal is, where they stand, and what has to be written so that they stand there.
//!
//! Deliberately absent: Google, HTTP, cell addresses. A row is found by the key in its first column, never by its number,
//! because people sort the sheet and insert lines above.

pub mod amendment;
pub mod cell;
pub mod conflict;
pub mod connection;
pub mod deal_rows;
pub mod difference;
pub mod grid;
mod ids;
pub mod layout;
pub mod mirror;
pub mod published;
pub mod sheet_deal;
#[cfg(test)]
mod testing;

pub use cell::{Cell, SheetNumber};
pub use connection::Connection;
pub use deal_rows::DealRows;
pub use difference::{Policy, RowPlan, plan};
pub use grid::{Grid, Line};
pub use ids::{ConflictId, DealId, LotId, PartyId, ProductId, RowKey, RunId};
pub use layout::{Column, Content};
pub use mirror::Tab;
pub use sheet_deal::{DeliveryTerms, ProductWords, SheetDeal, SheetSource};
