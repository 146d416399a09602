//! The sync context on in-memory ports, and its adapter against the simulated provider.

#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod contracts;
mod crashes;
mod flushing;
mod google;
mod google_tabs;
mod http;
mod lists;
mod mirroring;
mod pulling;
mod refused;
mod upkeep;
mod world;
