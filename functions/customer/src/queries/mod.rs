//! What can be asked about parties: one file per question.

mod address_book;
mod built_upon;
mod deals;
mod lookup;
mod parties;
mod resolve;
mod stats;
mod suggest;

pub use address_book::{AddressBookEntry, address_book};
pub use built_upon::built_upon;
pub use deals::{DealsPage, Side, deals};
pub use lookup::{Lookup, LookupError, lookup};
pub use parties::{PartyFilter, parties};
pub use resolve::{Nearest, nearest};
pub use stats::{SupplyStats, TradeStats, stats};
pub use suggest::suggest;
