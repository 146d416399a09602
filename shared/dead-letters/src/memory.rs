//! The twin of the queues and of the record, for tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use event_store::BoxError;

use crate::letters::{DeadQueue, Letter, Letters, origin};
use crate::record::{Action, Records};

/// Queues that keep what they are given.
#[derive(Debug, Default)]
pub struct MemoryLetters {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    dead: BTreeMap<String, Vec<Letter>>,
    hidden: BTreeSet<String>,
    sent: Vec<(String, Letter)>,
    records: Vec<Action>,
}

impl MemoryLetters {
    /// Puts a letter into a queue of dead letters.
    pub fn bury(&self, queue: &str, letter: Letter) {
        self.lock().dead.entry(queue.to_owned()).or_default().push(letter);
    }

    /// Takes out what was sent, each with the queue it was sent to.
    #[must_use]
    pub fn take_sent(&self) -> Vec<(String, Letter)> {
        std::mem::take(&mut self.lock().sent)
    }

    /// What was recorded so far.
    #[must_use]
    pub fn records(&self) -> Vec<Action> {
        self.lock().records.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Letters for MemoryLetters {
    async fn queues(&self) -> Result<Vec<DeadQueue>, BoxError> {
        let names = self.lock().dead.keys().cloned().collect::<Vec<_>>();
        Ok(names.into_iter().map(|name| DeadQueue { origin: origin(&name), name }).collect())
    }

    async fn depth(&self, queue: &str) -> Result<u64, BoxError> {
        Ok(u64::try_from(self.lock().dead.get(queue).map_or(0, Vec::len))?)
    }

    async fn receive(&self, queue: &str) -> Result<Vec<Letter>, BoxError> {
        let mut kept = self.lock();
        let all = kept.dead.get(queue).cloned().unwrap_or_default();
        let shown = all.into_iter().filter(|letter| !kept.hidden.contains(&letter.id));
        let received: Vec<Letter> = shown.take(10).collect();
        kept.hidden.extend(received.iter().map(|letter| letter.id.clone()));
        Ok(received)
    }

    async fn release(&self, _: &str, letter: &Letter) -> Result<(), BoxError> {
        self.lock().hidden.remove(&letter.id);
        Ok(())
    }

    async fn send(&self, origin: &str, letter: &Letter) -> Result<(), BoxError> {
        self.lock().sent.push((origin.to_owned(), letter.clone()));
        Ok(())
    }

    async fn delete(&self, queue: &str, letter: &Letter) -> Result<(), BoxError> {
        let mut kept = self.lock();
        if let Some(letters) = kept.dead.get_mut(queue) {
            letters.retain(|other| other.id != letter.id);
        }
        kept.hidden.remove(&letter.id);
        Ok(())
    }
}

#[async_trait]
impl Records for MemoryLetters {
    async fn record(&self, action: &Action) -> Result<(), BoxError> {
        self.lock().records.push(action.clone());
        Ok(())
    }
}
