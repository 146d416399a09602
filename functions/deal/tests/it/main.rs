//! The deal context on in-memory ports: routes, reactions, contracts.

#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod amending;
mod contracts;
mod deciding;
mod filters;
mod importing;
mod listing;
mod parties;
mod rebuilding;
mod registering;
mod upkeep;
mod world;
