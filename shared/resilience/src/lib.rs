//! What a context does when an outside system is slow, busy, broken, or says no.
//!
//! | part | answers |
//! |---|---|
//! | [`FaultClass`], [`RetryPolicy`], [`Backoff`] | shall this be tried again, and when? |
//! | [`Breaker`] | may anything be tried at all? |
//! | [`Limiter`] | may this be tried so soon after the others? |
//! | [`Leases`] | the same, at the cost of hardly any call |
//! | [`AttemptLedger`] | how often has this been tried? |
//!
//! Breaker, limiter and ledger keep their state as items behind the port [`Ops`](event_store::Ops), so that all instances of
//! a function share it. The clock is a port, and fresh ids serve as dice. Deliberately absent: the calls themselves, and
//! waiting: a function does not sleep, it hands the message back to its queue for later.

mod backoff;
mod breaker;
mod class;
mod leases;
mod ledger;
mod limiter;

pub use backoff::Backoff;
pub use breaker::{Admission, Breaker, BreakerSettings, BreakerState, Report};
pub use class::{FaultClass, Next, RetryPolicy};
pub use leases::Leases;
pub use ledger::{AttemptLedger, Attempts};
pub use limiter::{Drawn, Limiter, Rate};
