//! What the firm sells: the deal aggregate, the only place where a deal is decided.

pub mod deal;
pub mod ids;
pub mod published;
pub mod terms;

pub use deal::Deal;
pub use ids::{DealId, LotId, PartyId, ProductId};
pub use terms::{Comments, DeliveryTerms, Source, Terms, TermsFault};
