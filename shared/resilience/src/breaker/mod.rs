//! A circuit breaker whose state all instances of a function share.

mod state;

use std::sync::{Arc, Mutex, PoisonError};

use event_store::{BoxError, Ops, OpsItem, StorageError};
use kernel::{Clock, Tenant, Timestamp};

pub use state::{Admission, BreakerSettings, BreakerState, Report};

/// How long a state that was read is believed, in milliseconds: the most calls still go through that an instance makes in
/// this time after another one has opened the breaker.
const BELIEVED_MS: i64 = 1_000;
/// How often a change is tried against others who change the same breaker. Losing them all loses one count of a failure.
const MOST_ATTEMPTS: usize = 6;

/// The breaker of one provider.
#[derive(Clone)]
pub struct Breaker {
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    tenant: Tenant,
    name: &'static str,
    settings: BreakerSettings,
    believed: Arc<Mutex<Option<(Timestamp, BreakerState)>>>,
}

impl std::fmt::Debug for Breaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Breaker").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Breaker {
    /// The breaker called `name`, kept in `ops`.
    #[must_use]
    pub fn new(
        ops: Arc<dyn Ops>,
        clock: Arc<dyn Clock>,
        tenant: Tenant,
        name: &'static str,
        settings: BreakerSettings,
    ) -> Self {
        Self { ops, clock, tenant, name, settings, believed: Arc::default() }
    }

    /// Whether a call may go now. At most one caller at a time is told to go as the probe of a breaker that was open.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn admit(&self) -> Result<Admission, StorageError> {
        let now = self.clock.now();
        if let Some(state) = self.believed(now)
            && let (admission, None) = state.admit(&self.settings, now)
        {
            return Ok(admission);
        }
        for _ in 0..MOST_ATTEMPTS {
            let (stored, state) = self.read().await?;
            match state.admit(&self.settings, now) {
                (admission, None) => return Ok(admission),
                (admission, Some(next)) => {
                    if self.write(stored.as_deref(), &next).await? {
                        return Ok(admission);
                    }
                }
            }
        }
        // Others fought for the probe; one of them has it.
        Ok(Admission::Wait { wait_ms: self.settings.probe_ms })
    }

    /// Tells how a call went that was admitted as `admission`.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn report(&self, admission: Admission, report: &Report) -> Result<(), StorageError> {
        let now = self.clock.now();
        let quiet = matches!(self.believed(now), Some(BreakerState::Closed { failures: 0 }));
        if quiet && *report == Report::Works {
            return Ok(());
        }
        for _ in 0..MOST_ATTEMPTS {
            let (stored, state) = self.read().await?;
            let Some(next) = state.after(&self.settings, admission, report, now) else { return Ok(()) };
            if self.write(stored.as_deref(), &next).await? {
                match &next {
                    BreakerState::Open { reason, until, .. } => {
                        tracing::error!(breaker.name = self.name, breaker.reason = reason, breaker.until = %until, "breaker opened");
                    }
                    BreakerState::Closed { .. } if admission == Admission::Probe => {
                        tracing::info!(breaker.name = self.name, "breaker closed");
                    }
                    _ => {}
                }
                return Ok(());
            }
        }
        tracing::warn!(
            breaker.name = self.name,
            "others kept changing the breaker: one report is not counted"
        );
        Ok(())
    }

    /// Where it stands.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn state(&self) -> Result<BreakerState, StorageError> {
        Ok(self.read().await?.1)
    }

    /// Closes it, whatever it was.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn reset(&self) -> Result<(), StorageError> {
        self.ops.delete(&self.partition(), self.name).await?;
        self.believe(BreakerState::default());
        Ok(())
    }

    fn partition(&self) -> String {
        format!("T#{}#BREAKER", self.tenant)
    }

    fn believed(&self, now: Timestamp) -> Option<BreakerState> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = believed.as_ref().filter(|(read, _)| (0..BELIEVED_MS).contains(&now.since_ms(*read)));
        fresh.map(|(_, state)| state.clone())
    }

    fn believe(&self, state: BreakerState) {
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.clock.now(), state));
    }

    /// The stored body, if there is one, and what it says.
    async fn read(&self) -> Result<(Option<String>, BreakerState), StorageError> {
        let stored = self.ops.get(&self.partition(), self.name).await?.map(|item| item.body);
        let state = match &stored {
            Some(body) => serde_json::from_str(body).map_err(|e| unreadable(e.into()))?,
            None => BreakerState::default(),
        };
        self.believe(state.clone());
        Ok((stored, state))
    }

    /// Whether nobody changed it in between.
    async fn write(&self, present: Option<&str>, next: &BreakerState) -> Result<bool, StorageError> {
        let body = serde_json::to_string(next).map_err(|e| unreadable(e.into()))?;
        let item = OpsItem { pk: self.partition(), sk: self.name.to_owned(), body, expires: None };
        let wrote = match present {
            Some(present) => self.ops.replace(item, present).await?,
            None => self.ops.put_new(item).await?,
        };
        if wrote {
            self.believe(next.clone());
        }
        Ok(wrote)
    }
}

fn unreadable(source: BoxError) -> StorageError {
    StorageError::Failed { operation: "breaker", source }
}
