//! What always holds of waits, breakers and limiters, on tables in memory.
#![cfg(test)] // Helpers may unwrap, as the tests they serve.

mod backoff;
mod breaker;
mod leases;
mod ledger;
mod limiter;
