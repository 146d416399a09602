//! The inventory context on in-memory ports: routes, reactions, contracts.
#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod contracts;
mod filters;
mod finding;
mod importing;
mod listed;
mod lots;
mod products;
mod reactions;
mod stock;
mod suppliers;
mod upkeep;
mod withdrawing;
mod world;
