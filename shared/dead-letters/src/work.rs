//! Goes through a queue of dead letters: looks, puts back, throws away.

use std::collections::BTreeSet;
use std::time::Duration;

use event_store::BoxError;
use tokio::time::Instant;

use crate::letters::{DeadQueue, Letter, Letters};
use crate::record::{Action, Kind, Records};

/// Rounds without anything new after which a queue counts as read.
const QUIET_ROUNDS: u32 = 2;

/// Why an order was not carried out to its end. Given again, it goes on.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The queue cannot be read.
    #[error("{queue} cannot be read")]
    Unread {
        /// Which.
        queue: String,
        /// Why.
        source: BoxError,
    },
    /// It names positions in a log, which cannot be put back.
    #[error("{0} holds nothing that could be put back: the outbox auditor relays what it names")]
    NoOrigin(String),
    /// One letter was not dealt with; it is still there.
    #[error("{step} of {letter} failed")]
    Failed {
        /// What failed: record, sending or deletion.
        step: &'static str,
        /// Which letter.
        letter: String,
        /// Why.
        source: BoxError,
    },
}

/// What to do with which letters.
#[derive(Debug, Clone)]
pub struct Order {
    /// What.
    pub kind: Kind,
    /// Who wants it.
    pub actor: String,
    /// Only these; all when empty.
    pub ids: BTreeSet<String>,
    /// At most so many a second.
    pub rate: u32,
    /// At most so many in all.
    pub most: usize,
    /// Whether to do it, and not only say what would be done.
    pub really: bool,
    /// Letters sent at or after this instant are left alone: they died again meanwhile. In milliseconds since 1970.
    pub before_ms: i64,
}

impl Order {
    fn wants(&self, letter: &Letter) -> bool {
        letter.sent_ms < self.before_ms && (self.ids.is_empty() || self.ids.contains(&letter.id))
    }
}

/// What can be seen of a queue: all of it, but of each FIFO group the ten oldest. Everything is released again.
///
/// # Errors
/// [`WorkError::Unread`].
pub async fn look(letters: &dyn Letters, queue: &str) -> Result<Vec<Letter>, WorkError> {
    let mut seen: Vec<Letter> = Vec::new();
    let outcome = gather(letters, queue, &mut seen).await;
    release(letters, queue, &seen).await;
    outcome?;
    Ok(seen)
}

async fn gather(letters: &dyn Letters, queue: &str, seen: &mut Vec<Letter>) -> Result<(), WorkError> {
    let mut quiet = 0;
    while quiet < QUIET_ROUNDS {
        let mut fresh = receive(letters, queue).await?;
        fresh.retain(|letter| seen.iter().all(|other| other.id != letter.id));
        quiet = if fresh.is_empty() { quiet + 1 } else { 0 };
        seen.extend(fresh);
    }
    Ok(())
}

/// Carries an order out; gives the letters it was carried out on, or would be. `told` hears of each that is done.
///
/// # Errors
/// [`WorkError`]. Given again, the order goes on: what was sent and not deleted is sent into a FIFO queue once.
pub async fn carry_out(
    letters: &dyn Letters,
    records: &dyn Records,
    queue: &DeadQueue,
    order: &Order,
    told: &mut (dyn FnMut(&Letter) + Send),
) -> Result<Vec<Letter>, WorkError> {
    if order.kind == Kind::Redrive && queue.origin.is_none() {
        return Err(WorkError::NoOrigin(queue.name.clone()));
    }
    if !order.really {
        let mut seen = look(letters, &queue.name).await?;
        seen.retain(|letter| order.wants(letter));
        seen.truncate(order.most);
        return Ok(seen);
    }
    let mut work = Work { letters, records, queue, order, done: Vec::new(), left: Vec::new() };
    let outcome = work.go(told).await;
    release(letters, &queue.name, &work.left).await;
    outcome?;
    Ok(work.done)
}

struct Work<'a> {
    letters: &'a dyn Letters,
    records: &'a dyn Records,
    queue: &'a DeadQueue,
    order: &'a Order,
    done: Vec<Letter>,
    left: Vec<Letter>,
}

impl Work<'_> {
    async fn go(&mut self, told: &mut (dyn FnMut(&Letter) + Send)) -> Result<(), WorkError> {
        let (started, mut quiet) = (Instant::now(), 0);
        // Whatever was named or asked for is done, or nothing new shows.
        let named = if self.order.ids.is_empty() { usize::MAX } else { self.order.ids.len() };
        let most = named.min(self.order.most);
        while quiet < QUIET_ROUNDS && self.done.len() < most {
            let (received, mut fresh) = (receive(self.letters, &self.queue.name).await?, false);
            let mut received = received.into_iter();
            while let Some(letter) = received.next() {
                if !self.order.wants(&letter) || self.done.len() >= most {
                    fresh |= self.left.iter().all(|other| other.id != letter.id);
                    self.left.push(letter);
                    continue;
                }
                fresh = true;
                if let Err(error) = self.act(&letter).await {
                    // Neither this one nor those behind it stay hidden.
                    self.left.push(letter);
                    self.left.extend(received);
                    return Err(error);
                }
                told(&letter);
                self.done.push(letter);
                let done = u64::try_from(self.done.len()).unwrap_or(u64::MAX);
                let due_ms = done.saturating_mul(1_000) / u64::from(self.order.rate.max(1));
                tokio::time::sleep(Duration::from_millis(due_ms).saturating_sub(started.elapsed())).await;
            }
            quiet = if fresh { 0 } else { quiet + 1 };
        }
        Ok(())
    }

    /// Recorded, then sent, then deleted: wherever it breaks off, the letter is still there.
    async fn act(&self, letter: &Letter) -> Result<(), WorkError> {
        let to = self.queue.origin.as_deref().filter(|_| self.order.kind == Kind::Redrive);
        let action = Action {
            kind: self.order.kind,
            actor: self.order.actor.clone(),
            queue: self.queue.name.clone(),
            to: to.map(str::to_owned),
            message_id: letter.id.clone(),
            correlation_id: letter.correlation(),
            body: (self.order.kind == Kind::Discard).then(|| letter.body.clone()),
        };
        let failed = |step| move |source| WorkError::Failed { step, letter: letter.id.clone(), source };
        self.records.record(&action).await.map_err(failed("record"))?;
        if let Some(to) = to {
            self.letters.send(to, letter).await.map_err(failed("sending"))?;
        }
        self.letters.delete(&self.queue.name, letter).await.map_err(failed("deletion"))
    }
}

async fn receive(letters: &dyn Letters, queue: &str) -> Result<Vec<Letter>, WorkError> {
    let unread = |source| WorkError::Unread { queue: queue.to_owned(), source };
    letters.receive(queue).await.map_err(unread)
}

/// What cannot be released comes back by itself within a minute.
async fn release(letters: &dyn Letters, queue: &str, seen: &[Letter]) {
    for letter in seen {
        if let Err(error) = letters.release(queue, letter).await {
            let error = error.to_string();
            tracing::warn!(message.id = letter.id, error, "a dead letter stays hidden for a minute");
        }
    }
}
