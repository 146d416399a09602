//! What tests are made of: given / when / then for aggregates, and the ports of the outside world under a test's
//! control.
//!
//! Domain tests need no more than [`given`]; it folds events, decides a command and compares what happened:
//!
//! ```
//! # use testkit::doctest::{Counter, Counted, Count, TooMany};
//! testkit::given::<Counter>([Counted { by: 2 }])
//!     .when(&Count { by: 3, most: 10 })
//!     .then([Counted { by: 3 }]);
//! testkit::given::<Counter>([Counted { by: 9 }])
//!     .when(&Count { by: 3, most: 10 })
//!     .then_refused(&TooMany);
//! ```
//!
//! Tests of what stands on a log wrap it in a [`FaultyLog`]; with the feature `dynamodb`, `dynamodb::Tables` starts a
//! DynamoDB in the test's own process; with `logs`, `logs::capture` keeps what a test logs.
//!
//! A failed expectation panics: that is the assertion.
#![expect(clippy::panic, reason = "a failed expectation of a test is a panic")]

mod clock;
#[doc(hidden)]
pub mod doctest;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
mod faulty;
mod generated;
mod ids;
#[cfg(feature = "logs")]
pub mod logs;
mod samples;
mod scenario;
mod timer;

pub use clock::{FixedClock, ManualClock, NOON};
pub use faulty::{Call, Fate, FaultyLog, Injected, Operation};
pub use generated::assert_generated;
pub use ids::SequentialIds;
pub use samples::{log_stream_event, sample, sample_facts};
pub use scenario::{Decided, Given, given, given_nothing};
pub use timer::{NoWait, RecordedWaits};
