//! What can be asked about the inventory: one file per question.

mod imported;
mod lot;
mod lots;
mod movements;
mod product;
mod products;
mod quote;
mod stock;

pub use imported::{ImportedList, imported_ids, imported_stock};
pub use lot::lot;
pub use lots::{LotFilter, lots};
pub use movements::{MovementView, lot_movements};
pub use product::{ProductRef, product};
pub use products::products;
pub use quote::{Quote, QuoteRequest, quote};
pub use stock::{ProductStock, stock};
