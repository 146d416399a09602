//! What must hold: at every commit ([`Ledger`], [`Lifecycles`]) and when the world is at rest ([`at_rest`]).

mod at_rest;
pub mod breakers;
mod deals;
pub(crate) mod delivery;
mod ledger;
mod lifecycle;
mod stock;
pub(crate) mod streams;
mod views;

pub use at_rest::at_rest;
pub use ledger::{Hold, HoldState, Ledger};
pub use lifecycle::{Ending, Life, Lifecycles};
