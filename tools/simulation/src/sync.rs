//! Locks that a panic elsewhere does not spoil: a simulation reports a panic as its finding and goes on to the next seed.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks. Never contended: one simulation runs on one thread, and the ports must be `Sync` all the same.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
