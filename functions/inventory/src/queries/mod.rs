//! What can be asked about the inventory: one file per question.

mod ageing;
mod current;
mod imported;
mod lot;
mod lot_filter;
mod lots;
mod movements;
mod product;
mod products;
mod quote;
mod stock;
mod stock_filter;
mod stock_list;
mod suggest;
mod valuation;

pub use ageing::{AgeBucket, ageing};
pub use current::{Current, current};
pub use imported::{ImportedList, imported_ids, imported_stock};
pub use lot::lot;
pub use lot_filter::LotFilter;
pub use lots::{LotCount, LotOrder, lot_count, lots};
pub use movements::{MovementView, lot_movements};
pub use product::{ProductRef, product};
pub use products::products;
pub use quote::{Quote, QuoteRequest, quote};
pub use stock::{ProductStock, stock};
pub use stock_filter::StockFilter;
pub use stock_list::{StockList, stock_list};
pub use suggest::suggest;
pub use valuation::{ValuationBy, ValuationRow, valuation};
