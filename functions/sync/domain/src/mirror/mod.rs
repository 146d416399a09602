//! Tabs that mirror what the database has: stock, products, parties. The database wins in every cell and in every row of ours;
//! nothing is ever read back. What people put beside our columns, or on lines without a key of ours, is theirs.
//!
//! | tab | key (A) | from B on |
//! |---|---|---|
//! | `Inventory` | lot | product code, grade, company, specific grade, quantity, rate, supplier, date added |
//! | `Product Database`, header on line 3 | product | product code, grade, company, specific grade, added at |
//! | `Sale Parties`, `Purchase Parties` | party | name, contact, phone, e-mail, address |
//!
//! The layouts are the firm's own, from the system before this one.

mod listing;
mod plan;
mod tab;
#[cfg(test)]
mod tests;

pub use listing::{
    ListedAddress, ListedLot, ListedParty, ListedPerson, ListedProduct, lot_rows, party_rows, product_rows,
};
pub use plan::{Header, TabCell, TabLines, TabPlan, plan};
pub use tab::Tab;

use std::fmt;

use crate::Cell;

/// A row as a tab shall show it.
#[derive(Clone, PartialEq, Eq)]
pub struct TabRow {
    /// What stands in column A, and what the row is found by.
    pub key: String,
    /// The cells from B on, one for each column of the tab.
    pub cells: Vec<Cell>,
}

/// The key alone, so that a party's people do not reach a log.
impl fmt::Debug for TabRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TabRow").field("key", &self.key).finish_non_exhaustive()
    }
}
