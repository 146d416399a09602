//! The queues of dead letters, by the names that the readiness report gives them.

use std::collections::BTreeMap;
use std::sync::Arc;

use dead_letters::{DeadQueue, Letter, Letters, Order, Records, WorkError, carry_out, look};
use event_store::BoxError;

use crate::config::Named;

/// Looks into the queues of dead letters, and puts letters back or throws them away.
#[derive(Clone)]
pub struct DeadLetters {
    letters: Arc<dyn Letters>,
    records: Arc<dyn Records>,
    /// Short name by the name at SQS.
    names: Arc<BTreeMap<String, String>>,
}

impl std::fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeadLetters").field("names", &self.names).finish_non_exhaustive()
    }
}

/// A queue of dead letters as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its short name.
    pub name: String,
    /// Short name of where its letters can go again.
    pub origin: Option<String>,
    /// As SQS knows it.
    pub queue: DeadQueue,
}

impl DeadLetters {
    /// Those among the queues at these addresses.
    #[must_use]
    pub fn new(queues: &[Named], letters: Arc<dyn Letters>, records: Arc<dyn Records>) -> Self {
        let at_sqs = |queue: &Named| {
            let name = queue.address.rsplit('/').next().unwrap_or(&queue.address);
            (name.to_owned(), queue.name.clone())
        };
        Self { letters, records, names: Arc::new(queues.iter().map(at_sqs).collect()) }
    }

    /// All of them, by name.
    ///
    /// # Errors
    /// When they cannot be told.
    pub async fn queues(&self) -> Result<Vec<Shown>, BoxError> {
        let short = |name: &String| self.names.get(name).unwrap_or(name).clone();
        let queues = self.letters.queues().await?.into_iter();
        let mut shown: Vec<Shown> = queues
            .map(|queue| Shown { name: short(&queue.name), origin: queue.origin.as_ref().map(short), queue })
            .collect();
        shown.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(shown)
    }

    /// The one of this name.
    ///
    /// # Errors
    /// When it cannot be told.
    pub async fn find(&self, name: &str) -> Result<Option<Shown>, BoxError> {
        Ok(self.queues().await?.into_iter().find(|shown| shown.name == name))
    }

    /// How many letters lie in a queue, about.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn depth(&self, shown: &Shown) -> Result<u64, BoxError> {
        self.letters.depth(&shown.queue.name).await
    }

    /// The letters of a queue; of a FIFO group the ten oldest.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn look(&self, shown: &Shown) -> Result<Vec<Letter>, WorkError> {
        look(self.letters.as_ref(), &shown.queue.name).await
    }

    /// Carries an order out; gives the letters it was carried out on, or would be.
    ///
    /// # Errors
    /// [`WorkError`]. Given again, the order goes on.
    pub async fn carry_out(&self, shown: &Shown, order: &Order) -> Result<Vec<Letter>, WorkError> {
        let (letters, records) = (self.letters.as_ref(), self.records.as_ref());
        carry_out(letters, records, &shown.queue, order, &mut |_| {}).await
    }
}
