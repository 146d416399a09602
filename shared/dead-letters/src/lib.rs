//! Queues of dead letters: looking at what lies in them, putting it back where it came from, throwing it away.
//!
//! | part | is |
//! |---|---|
//! | [`Letters`] | the queues, as a port; [`SqsLetters`] on SQS, a twin in [`memory`] |
//! | [`Records`] | who did what, kept before it is done; [`BusRecords`] on an event bus, whose archive keeps it |
//! | [`look`], [`carry_out`] | goes through a queue |
//!
//! Delivery is at least once, as everywhere here: a letter that is put back twice is known by whoever handles it. Deliberately
//! absent: the reason why a letter died, which SQS does not note; and moving whole queues unseen, which `StartMessageMoveTask`
//! does.

mod letters;
pub mod memory;
mod record;
mod sqs;
mod work;

pub use letters::{DeadQueue, Letter, Letters, origin};
pub use record::{Action, Kind, Records};
pub use sqs::{BusRecords, SqsLetters};
pub use work::{Order, WorkError, carry_out, look};
