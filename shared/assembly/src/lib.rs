//! What every context that stores something is put together from: its tables, the bus, the event store on top, and the
//! handlers that connect Lambda's events to the relay and the inbox.
//!
//! A context's `main.rs` reads its settings, makes [`Parts`], and adds what is its own.

mod inbox;
mod limits;
mod log_stream;
mod parts;
mod readiness;
mod settings;
pub mod upkeep;

use event_store::{Generations, StorageError};

pub use inbox::Inbox;
pub use limits::EdgeLimits;
pub use log_stream::LogStream;
pub use parts::Parts;
pub use readiness::{Check, Readiness, check};
pub use settings::Settings;
pub use upkeep::{Examined, Upkeep, Upkept};

/// Learns which generations of views are to be written, where there are several.
async fn refreshed(generations: Option<&Generations>) -> Result<(), StorageError> {
    match generations {
        Some(generations) => generations.refresh().await,
        None => Ok(()),
    }
}
