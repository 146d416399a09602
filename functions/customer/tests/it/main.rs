//! The customer context on in-memory ports: routes, reactions, personal data, direct invocations, contracts.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod address_book;
mod contracts;
mod direct;
mod finding;
mod importing;
mod kms;
mod lists;
mod merging;
mod parties;
mod protection;
mod samples;
mod supplying;
mod trading;
mod upkeep;
mod withdrawing;
mod world;
