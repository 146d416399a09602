//! The tables as they are on the server: what has landed has landed. Ports reach them through I/O that fails; nothing in
//! here does.

use std::sync::{Arc, Mutex};

use event_store::log::MemoryLog;
use event_store::views::MemoryViews;
use event_store::{AppendError, Commit, CommitLog, Guard, Row, StorageError, Views};

use crate::faults::Sight;
use crate::mutants::Mutant;
pub use crate::platform::ops_table::{OpsTable, OpsWatch};
use crate::platform::stream::ChangeStream;
use crate::sim::Sim;
use crate::sync::locked;

/// Is shown every commit as it lands.
pub type Watch = Box<dyn Fn(&Commit) + Send + Sync>;

/// The tables of one context.
pub struct Tables {
    /// Its commits.
    pub log: LogTable,
    /// Its projections.
    pub views: ViewsTable,
    /// Its markers, parked facts, breakers and limits.
    pub ops: OpsTable,
}

/// A table of commits with its change stream.
pub struct LogTable {
    sim: Arc<Sim>,
    memory: Mutex<Arc<MemoryLog>>,
    stream: Arc<ChangeStream>,
    watch: Watch,
}

impl LogTable {
    /// An empty table. What lands is shown to `watch` and flows into `stream`.
    #[must_use]
    pub fn new(sim: Arc<Sim>, stream: Arc<ChangeStream>, watch: Watch) -> Self {
        Self { sim, memory: Mutex::default(), stream, watch }
    }

    /// What the table holds now.
    #[must_use]
    pub fn memory(&self) -> Arc<MemoryLog> {
        Arc::clone(&locked(&self.memory))
    }

    /// Appends under the log's condition.
    ///
    /// # Errors
    /// As [`CommitLog::append_guarded`].
    pub async fn append(&self, mut commit: Commit, guards: &[Guard]) -> Result<(), AppendError> {
        if self.sim.lacks(Mutant::ForgetfulSnapshot) {
            forget_reservations(&mut commit);
        }
        let memory = self.memory();
        let appended = if guards.is_empty() {
            memory.append(&commit).await
        } else {
            memory.append_guarded(&commit, guards).await
        };
        match appended {
            Ok(()) => {}
            Err(AppendError::Conflict) => {
                self.sim.saw(Sight::Conflict);
                if !self.sim.lacks(Mutant::UnconditionalAppend) || self.holds(&commit).await {
                    return Err(AppendError::Conflict);
                }
                self.overwrite(&commit).await?;
            }
            Err(error) => return Err(error),
        }
        if commit.snapshot.is_some() {
            self.sim.saw(Sight::Snapshot);
        }
        (self.watch)(&commit);
        self.stream.push(commit);
        Ok(())
    }

    /// Whether this very commit stands in its place already.
    async fn holds(&self, commit: &Commit) -> bool {
        let present = self.memory().read(&commit.stream, commit.first).await;
        present.is_ok_and(|present| present.is_some_and(|present| present.id == commit.id))
    }

    /// What a put without a condition does: the stream becomes what this writer believes it to be.
    async fn overwrite(&self, commit: &Commit) -> Result<(), AppendError> {
        let rewritten = MemoryLog::default();
        let before = self.memory().streams();
        for (stream, commits) in before {
            let mine = stream == commit.stream;
            for present in commits.iter().filter(|present| !mine || present.last < commit.first) {
                rewritten.append(present).await?;
            }
        }
        rewritten.append(commit).await?;
        *locked(&self.memory) = Arc::new(rewritten);
        Ok(())
    }
}

fn forget_reservations(commit: &mut Commit) {
    let state = commit.snapshot.as_mut().and_then(|snapshot| snapshot.state.get_mut("state"));
    if let Some(reservations) = state.and_then(|state| state.get_mut("reservations")) {
        *reservations = serde_json::json!({});
    }
}

/// A table of projections.
pub struct ViewsTable {
    sim: Arc<Sim>,
    memory: Mutex<Arc<MemoryViews>>,
}

impl ViewsTable {
    /// An empty table.
    #[must_use]
    pub fn new(sim: Arc<Sim>) -> Self {
        Self { sim, memory: Mutex::default() }
    }

    /// What the table holds now.
    #[must_use]
    pub fn memory(&self) -> Arc<MemoryViews> {
        Arc::clone(&locked(&self.memory))
    }

    /// Writes a row under the guard on its sequence.
    ///
    /// # Errors
    /// As [`Views::put`].
    pub async fn put(&self, row: Row) -> Result<bool, StorageError> {
        let memory = self.memory();
        if memory.put(row.clone()).await? {
            return Ok(true);
        }
        let present = memory.get(&row.pk, &row.sk).await?;
        if present.is_some_and(|present| present.sequence > row.sequence) {
            self.sim.saw(Sight::StaleRow);
            if self.sim.lacks(Mutant::UnguardedViews) {
                return self.overwrite(row).await;
            }
        }
        Ok(false)
    }

    async fn overwrite(&self, row: Row) -> Result<bool, StorageError> {
        let rewritten = MemoryViews::default();
        for present in self.memory().rows() {
            if (&present.pk, &present.sk) != (&row.pk, &row.sk) {
                rewritten.put(present).await?;
            }
        }
        rewritten.put(row).await?;
        *locked(&self.memory) = Arc::new(rewritten);
        Ok(true)
    }
}
