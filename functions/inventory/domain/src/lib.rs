//! What the firm has: products, and for each product its stock of lots and the reservations upon them.
//!
//! The rule that nothing is sold twice stands in [`stock::Stock`]: all lots of a product are one aggregate, so reserving
//! several of them is one decision, in one commit, on one state.

pub mod ids;
pub mod product;
pub mod published;
pub mod stock;

pub use ids::{DealId, LotId, PartyId, ProductCode, ProductCodeError, ProductId};
