//! The change stream of a log table, and what hands its records to the function: order per shard, batches, the earliest
//! failed record again with all that follow, bisection, an end of patience.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use event_store::Commit;
use uuid::Uuid;

use crate::contexts::Function;
use crate::faults::{Fault, Sight};
use crate::platform::function::Fleet;
use crate::sim::Sim;
use crate::sync::locked;

/// Shards of a table. One reader each.
pub const SHARDS: usize = 2;
/// Largest batch. The real one holds a hundred; smaller ones meet each other more often.
const LARGEST_BATCH: usize = 12;
/// Attempts before a record is given up, as the Terraform module sets it.
const MOST_ATTEMPTS: u32 = 100;
/// Longest pause between two attempts, in milliseconds. Shorter than the real one, so that half an hour of outage is
/// enough to run out of attempts.
const LONGEST_PAUSE_MS: u64 = 15_000;

/// A change stream.
pub struct ChangeStream {
    sim: Arc<Sim>,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    records: VecDeque<Commit>,
    reader: Option<Waker>,
}

impl ChangeStream {
    /// An empty stream.
    #[must_use]
    pub fn new(sim: Arc<Sim>) -> Arc<Self> {
        Arc::new(Self { sim, shards: (0..SHARDS).map(|_| Mutex::default()).collect() })
    }

    /// How many records no reader is done with.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.shards.iter().map(|shard| locked(shard).records.len()).sum()
    }

    /// A commit has landed in the table.
    pub fn push(&self, commit: Commit) {
        if self.sim.strikes(Fault::RecordLost) {
            self.sim.event("lost", || format!("the stream record of {}#{}", commit.stream, commit.first));
            return;
        }
        // All commits of a stream share a partition key, and so a shard.
        let key: usize = commit.stream.key().bytes().map(usize::from).sum();
        if let Some(shard) = self.shards.get(key % SHARDS) {
            let mut shard = locked(shard);
            shard.records.push_back(commit);
            if let Some(reader) = shard.reader.take() {
                reader.wake();
            }
        }
    }

    /// The oldest records of a shard, at most `limit`; waits for the first.
    async fn read(&self, shard: &Mutex<Shard>, limit: usize) -> Vec<Commit> {
        std::future::poll_fn(|cx| {
            let mut shard = locked(shard);
            if shard.records.is_empty() {
                shard.reader = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(shard.records.iter().take(limit).cloned().collect())
        })
        .await
    }
}

/// Reads one shard for ever and hands its records to the function.
pub async fn trigger<U: Send + Sync + 'static>(
    sim: Arc<Sim>,
    stream: Arc<ChangeStream>,
    shard: usize,
    fleet: Arc<Fleet<Function<U>>>,
) {
    let Some(shard) = stream.shards.get(shard) else { return };
    let (mut attempts, mut limit) = (0_u32, LARGEST_BATCH);
    loop {
        let lag_ms = sim.draw(|dice| dice.between(1, 300));
        sim.sleep(lag_ms).await;
        let batch = stream.read(shard, limit).await;
        let commits = batch.clone();
        let relayed = fleet
            .invoke(move |function| {
                Box::pin(async move {
                    let failed = function.relay(&commits).await;
                    failed.into_iter().map(|(commit, _)| commit).collect::<BTreeSet<Uuid>>()
                })
            })
            .await;
        let done = match relayed {
            Ok(failed) => batch.iter().position(|c| failed.contains(&c.id)).unwrap_or(batch.len()),
            Err(_) => {
                // The whole batch comes again, in halves.
                limit = (limit / 2).max(1);
                0
            }
        };
        sim.event("stream", || format!("{done} of {} records done", batch.len()));
        if done > 0 {
            (attempts, limit) = (0, LARGEST_BATCH);
            if !sim.strikes(Fault::CheckpointLost) {
                locked(shard).records.drain(..done);
            }
            continue;
        }
        attempts += 1;
        if attempts >= MOST_ATTEMPTS {
            sim.saw(Sight::GivenUp);
            sim.event("given-up", || batch.first().map(|c| c.stream.to_string()).unwrap_or_default());
            locked(shard).records.pop_front();
            attempts = 0;
        }
        let pause_ms = 100_u64.saturating_mul(1 << attempts.min(12)).min(LONGEST_PAUSE_MS);
        sim.sleep(pause_ms).await;
    }
}
