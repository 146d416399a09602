//! Keeping a panic to what caused it.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

/// The work panicked. What it said has been logged by the panic hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Runs `work` and survives its panics.
///
/// What `work` shares with later work stays as the panic left it. That is sound here: aggregates live for one request, and
/// what outlives it sits behind locks whose poisoning its owners handle.
pub(crate) async fn isolated<T>(work: impl Future<Output = T> + Send) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Panicked)
}
