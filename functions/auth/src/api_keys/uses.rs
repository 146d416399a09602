use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use auth_domain::ApiKeyId;
use event_store::{Ops, OpsItem, StorageError};
use kernel::{Clock, Tenant, Timestamp};

/// A use is noted when the last one that was noted is so long ago, in milliseconds: five minutes.
const COARSE_MS: i64 = 5 * 60 * 1_000;
/// For how long a use is kept, in days: longer than any key lives.
const KEPT_DAYS: i64 = 400;
/// More keys than a firm has.
const MOST: usize = 2_000;

/// When keys were last used, to five minutes: one small item for each key that is.
#[derive(Clone)]
pub struct ApiKeyUses {
    tenant: Tenant,
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    /// When this instance last looked after a key's item.
    noted: Arc<Mutex<BTreeMap<ApiKeyId, Timestamp>>>,
}

impl ApiKeyUses {
    /// Kept in `ops`.
    #[must_use]
    pub fn new(tenant: Tenant, ops: Arc<dyn Ops>, clock: Arc<dyn Clock>) -> Self {
        Self { tenant, ops, clock, noted: Arc::default() }
    }

    /// Notes that a key is used now, unless that was noted a moment ago. Whoever uses it is not kept waiting by a table that is
    /// away: the use is then not noted.
    pub async fn note(&self, id: ApiKeyId) {
        let now = self.clock.now();
        {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            if noted.get(&id).is_some_and(|at| is_recent(*at, now)) {
                return;
            }
            noted.insert(id, now);
        }
        if let Err(error) = self.write(id, now).await {
            tracing::warn!(
                api_key.id = %id, error = kernel::error::chain(&error), "the use of an API key could not be noted"
            );
        }
    }

    /// Of the instances that find a use worth noting at the same moment, one notes it.
    async fn write(&self, id: ApiKeyId, now: Timestamp) -> Result<(), StorageError> {
        let standing = self.ops.get(&self.partition(), &id.to_string()).await?;
        let last = standing.as_ref().and_then(|item| used_at(&item.body));
        if last.is_some_and(|last| is_recent(last, now)) {
            return Ok(());
        }
        let (body, expires) = (now.unix_ms().to_string(), Some(now.plus_days(KEPT_DAYS)));
        let item = OpsItem { pk: self.partition(), sk: id.to_string(), body, expires };
        match standing {
            Some(standing) => self.ops.replace(item, &standing.body).await?,
            None => self.ops.put_new(item).await?,
        };
        Ok(())
    }

    /// When a key was last used, as far as that was noted: one read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn last(&self, id: ApiKeyId) -> Result<Option<Timestamp>, StorageError> {
        let item = self.ops.get(&self.partition(), &id.to_string()).await?;
        Ok(item.and_then(|item| used_at(&item.body)))
    }

    /// When the keys of the firm were last used: one query.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn all(&self) -> Result<BTreeMap<ApiKeyId, Timestamp>, StorageError> {
        let items = self.ops.list(&self.partition(), MOST).await?;
        let used = |item: OpsItem| Some((item.sk.parse().ok()?, used_at(&item.body)?));
        Ok(items.into_iter().filter_map(used).collect())
    }

    fn partition(&self) -> String {
        format!("T#{}#API-KEY-USE", self.tenant)
    }
}

fn used_at(body: &str) -> Option<Timestamp> {
    body.parse().ok().map(Timestamp::from_unix_ms)
}

fn is_recent(last: Timestamp, now: Timestamp) -> bool {
    now.since_ms(last) < COARSE_MS
}

impl fmt::Debug for ApiKeyUses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyUses").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
