//! How contexts hear of each other: facts in envelopes, out of the log through the relay, into a context through its
//! inbox.
//!
//! ```text
//! log ──stream──▶ project into views ─▶ relay ──▶ bus ──rule──▶ queue ──▶ inbox ──▶ reaction ──▶ log
//!                                         └── outbox auditor: what the stream lost is relayed later
//! ```
//!
//! Delivery is at least once, in any order. Nothing here removes duplicates: a reaction does, because its effect stands
//! in the state it decides on.

mod envelope;
#[cfg(feature = "eventbridge")]
pub mod eventbridge;
mod inbox;
mod outbox;
mod park;
mod relay;

pub use envelope::{Envelope, Fact, FactError, Publication, envelopes};
pub use inbox::{BatchHandler, InboxMessage, Incoming, RecordFault, decode, run_batch};
pub use outbox::{AuditReport, OutboxAuditor};
pub use park::{Parked, Parking};
pub use relay::{BusError, EntryFault, FactBus, MemoryBus, OwnCommits, Relay, RelayError, marker};
