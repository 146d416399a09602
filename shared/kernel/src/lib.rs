//! The vocabulary every crate shares: exact quantities and money, typed identifiers, instants and
//! dates, the ports of the outside world, and what it means to be an event-sourced aggregate.
//!
//! Deliberately absent: business words (they live in a context's domain crate), I/O, and floats.

pub mod aggregate;
pub mod config;
pub mod decimal;
pub mod email;
pub mod error;
pub mod id;
pub mod money;
pub mod name;
pub mod ports;
pub mod positive;
pub mod provenance;
pub mod quantity;
pub mod rate;
pub mod sortable;
pub mod text;
pub mod time;

pub use aggregate::{Aggregate, Recorded};
pub use decimal::DecimalError;
pub use email::{Email, EmailError};
pub use id::IdError;
pub use money::Inr;
pub use name::{Name, NameError, NameKey};
pub use ports::{Clock, IdSource, RandomIds, SystemClock, Timer};
pub use positive::{PositiveError, PositiveKg, PositiveRate};
pub use provenance::{Actor, CorrelationId, Provenance, Tenant, Traceparent};
pub use quantity::Kg;
pub use rate::RatePerKg;
pub use time::{BusinessDate, Timestamp};

/// Re-exported for [`typed_id!`].
#[doc(hidden)]
pub mod reexport {
    pub use schemars;
    pub use serde;
    pub use uuid;
}
