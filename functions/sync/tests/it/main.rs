//! The sync context on in-memory ports, and its adapter against the simulated provider.

#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod contracts;
mod crashes;
mod flushing;
mod google;
mod http;
mod pulling;
mod refused;
mod upkeep;
mod world;
