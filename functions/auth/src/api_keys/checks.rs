use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auth_domain::api_key::{Fault, Issued};
use auth_domain::user::User;
use auth_domain::{ApiKeyId, Fingerprint, Permission};
use event_store::{LogError, Stream};
use kernel::{Clock, Tenant, Timestamp};

use super::{ApiKeySecret, ApiKeyUses, ApiKeys};
use crate::Users;

/// How old what is known of a key may be, in milliseconds. With what API Gateway remembers (30 s), a key that was revoked, or whose
/// owner was disabled, works for less than a minute longer.
const FRESH_MS: i64 = 15_000;
/// For how long what was known last counts while the log cannot be read, in milliseconds: five minutes.
const FALLBACK_MS: i64 = 5 * 60 * 1_000;
/// Keys an instance knows at a time; only keys that exist are among them.
const MOST_KNOWN: usize = 1_000;

/// Says what a program may do that shows an API key.
///
/// A key and its owner are two reads, believed for 15 seconds by each instance; a secret that is not among those remembered is looked
/// up at once, since it may be newer. Unlike [`Revocations`](crate::Revocations), nothing waits for the log's stream: what was revoked
/// is seen where it was written.
#[derive(Clone)]
pub struct ApiKeyChecks {
    keys: ApiKeys,
    users: Users,
    uses: ApiKeyUses,
    clock: Arc<dyn Clock>,
    known: Arc<Mutex<BTreeMap<ApiKeyId, Known>>>,
}

/// A key as it was read.
#[derive(Debug, Clone)]
struct Known {
    read_at: Timestamp,
    /// Also after a failure, so that a log that is away is not asked at every request.
    asked_at: Timestamp,
    key: Arc<Issued>,
    /// `None`: its owner may do nothing.
    powers: Option<BTreeSet<Permission>>,
}

/// What a text that means to be an API key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is good.
    Good {
        /// Which key.
        id: ApiKeyId,
        /// What it is called, and meant for.
        key: Arc<Issued>,
        /// What it may do now.
        powers: BTreeSet<Permission>,
    },
    /// It was good, and is no longer, or its owner is disabled.
    Over,
    /// It is none, or none of ours.
    Invalid,
    /// Nobody can say: the log cannot be read.
    Unchecked,
}

impl ApiKeyChecks {
    /// Checks `keys` of `users`, and notes in `uses` which are used.
    #[must_use]
    pub fn new(keys: ApiKeys, users: Users, uses: ApiKeyUses, clock: Arc<dyn Clock>) -> Self {
        Self { keys, users, uses, clock, known: Arc::default() }
    }

    /// The firm whose keys they are.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        self.keys.tenant()
    }

    /// What a program may do that shows this text.
    pub async fn check(&self, text: &str) -> Verdict {
        let Ok(presented) = text.parse::<ApiKeySecret>() else { return Verdict::Invalid };
        let (id, now) = (presented.id(), self.clock.now());
        let secret = presented.fingerprint();
        let known = match self.known(id, &secret, now).await {
            Ok(Some(known)) => known,
            Ok(None) => return Verdict::Invalid,
            Err(error) => {
                tracing::error!(
                    api_key.id = %id, error = kernel::error::chain(&error), "an API key could not be checked"
                );
                return Verdict::Unchecked;
            }
        };
        match (known.key.check(&secret, now), known.powers) {
            (Err(Fault::Unknown), _) => Verdict::Invalid,
            (Err(Fault::Over), _) | (Ok(()), None) => Verdict::Over,
            (Ok(()), Some(powers)) => {
                self.uses.note(id).await;
                Verdict::Good { id, key: known.key, powers }
            }
        }
    }

    /// What is known of a key, read again when that is old, or older than the secret may be. Whoever makes secrets up costs no more
    /// reads than whoever makes keys up.
    async fn known(
        &self,
        id: ApiKeyId,
        secret: &Fingerprint,
        now: Timestamp,
    ) -> Result<Option<Known>, LogError> {
        let knows = |known: &Known| known.key.check(secret, now) != Err(Fault::Unknown);
        let last = self.lock().get(&id).cloned().filter(knows);
        if let Some(known) = last.as_ref().filter(|known| is_within(known.asked_at, now, FRESH_MS)) {
            return Ok(Some(known.clone()));
        }
        match (self.read(id, now).await, last) {
            (Ok(known), _) => {
                self.remember(id, known.clone(), now);
                Ok(known)
            }
            (Err(error), Some(last)) if is_within(last.read_at, now, FALLBACK_MS) => {
                tracing::warn!(
                    api_key.id = %id, error = kernel::error::chain(&error),
                    "an API key cannot be read: what was known of it counts"
                );
                let known = Known { asked_at: now, ..last };
                self.remember(id, Some(known.clone()), now);
                Ok(Some(known))
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn read(&self, id: ApiKeyId, now: Timestamp) -> Result<Option<Known>, LogError> {
        let key = self.keys.load(id).await?;
        let Some(issued) = key.state().issued().cloned() else { return Ok(None) };
        let owner: Stream<User> = self.users.store().load(&self.users.stream(issued.owner)).await?;
        let powers = owner.state().account().and_then(|account| issued.powers(account));
        Ok(Some(Known { read_at: now, asked_at: now, key: Arc::new(issued), powers }))
    }

    /// A key that does not exist is not remembered: whoever makes up keys would fill the memory.
    fn remember(&self, id: ApiKeyId, known: Option<Known>, now: Timestamp) {
        let mut all = self.lock();
        if all.len() >= MOST_KNOWN && !all.contains_key(&id) {
            all.retain(|_, known| is_within(known.asked_at, now, FRESH_MS));
            if all.len() >= MOST_KNOWN {
                all.clear();
            }
        }
        match known {
            Some(known) => all.insert(id, known),
            None => all.remove(&id),
        };
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ApiKeyId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_within(then: Timestamp, now: Timestamp, most_ms: i64) -> bool {
    (0..most_ms).contains(&now.since_ms(then))
}

impl fmt::Debug for ApiKeyChecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyChecks").field("keys", &self.keys).finish_non_exhaustive()
    }
}
