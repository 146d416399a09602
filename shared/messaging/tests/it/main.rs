//! Relay, inbox and outbox auditor on in-memory tables and a bus that does as it is told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets something else has failed")]

mod inbox;
mod outbox;
mod relay;
mod world;
