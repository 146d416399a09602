//! What was taken back before it expired: sessions that ended, and users whose account changed.
//!
//! Access tokens are believed for as long as they live, without asking anybody. What is taken back earlier is listed in one
//! partition of the `ops` table, for as long as a token could still say otherwise, and every instance of the authorizer reads the
//! list again after [`FRESH_MS`]. With what API Gateway remembers (30 s) and the log's stream takes (about a second), a token
//! works for at most a minute longer than its session.
//!
//! While the list cannot be read, the last one counts: a table that is away for a moment keeps nobody from working, and a token
//! lives 15 minutes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auth_domain::{SessionId, UserId};
use event_store::{Ops, OpsItem, StorageError};
use kernel::{Clock, Tenant, Timestamp};

use crate::tokens::Claims;

/// How old a list may be that is believed, in milliseconds.
const FRESH_MS: i64 = 15_000;
/// What the list may hold: a firm of hundreds that logs out within a quarter of an hour.
const MOST: usize = 2_000;
/// Kept for so long after the last token that it is about, in milliseconds: clocks differ, and verifiers are lenient.
const LEEWAY_MS: i64 = 60_000;

/// The list of what was taken back.
#[derive(Clone)]
pub struct Revocations {
    tenant: Tenant,
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    /// How long a token lives, in milliseconds.
    lifetime_ms: i64,
    known: Arc<Mutex<Known>>,
}

/// What was read last.
#[derive(Debug, Default)]
struct Known {
    read_at: Option<Timestamp>,
    /// By session or user: tokens issued before are void.
    before: Arc<std::collections::BTreeMap<String, Timestamp>>,
}

impl Revocations {
    /// The list in `ops`, of tokens that live `lifetime_s` seconds.
    #[must_use]
    pub fn new(tenant: Tenant, ops: Arc<dyn Ops>, clock: Arc<dyn Clock>, lifetime_s: u32) -> Self {
        let lifetime_ms = i64::from(lifetime_s).saturating_mul(1_000);
        Self { tenant, ops, clock, lifetime_ms, known: Arc::default() }
    }

    /// Voids the tokens of a session.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn end_session(&self, session: SessionId, at: Timestamp) -> Result<(), StorageError> {
        self.put(session.to_string(), at).await
    }

    /// Voids the tokens that know a user as of before `at`; a session that goes on gives new ones.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn renew_user(&self, user: UserId, at: Timestamp) -> Result<(), StorageError> {
        self.put(user.to_string(), at).await
    }

    /// Writes an entry, unless a later one stands: a commit that is relayed once more takes nothing back.
    async fn put(&self, sk: String, at: Timestamp) -> Result<(), StorageError> {
        let pk = self.partition();
        let expires = at.plus_ms(self.lifetime_ms.saturating_add(LEEWAY_MS));
        let body = at.unix_ms().to_string();
        let item = OpsItem { pk: pk.clone(), sk: sk.clone(), body, expires: Some(expires) };
        while !self.ops.put_new(item.clone()).await? {
            let Some(standing) = self.ops.get(&pk, &sk).await? else { continue };
            let is_as_late = standing.body.parse().is_ok_and(|standing: i64| standing >= at.unix_ms());
            if is_as_late || self.ops.replace(item.clone(), &standing.body).await? {
                break;
            }
        }
        Ok(())
    }

    /// Whether a token whose signature is good is void nevertheless. One read every 15 seconds.
    pub async fn void(&self, claims: &Claims) -> bool {
        let before = self.current().await;
        let as_of = claims.as_of_ms.unwrap_or_else(|| claims.iat.saturating_mul(1_000));
        // A session does not come back; a user may be issued new tokens.
        before.contains_key(&claims.sid.to_string())
            || before.get(&claims.sub).is_some_and(|before| as_of <= before.unix_ms())
    }

    async fn current(&self) -> Arc<std::collections::BTreeMap<String, Timestamp>> {
        let now = self.clock.now();
        {
            let known = self.lock();
            if known.read_at.is_some_and(|read_at| (0..FRESH_MS).contains(&now.since_ms(read_at))) {
                return Arc::clone(&known.before);
            }
        }
        let listed = self.ops.list(&self.partition(), MOST).await;
        let mut known = self.lock();
        // Also after a failure: a table that is away is not asked at every request.
        known.read_at = Some(now);
        match listed {
            Ok(items) => {
                if items.len() == MOST {
                    tracing::error!(
                        most = MOST,
                        "the list of revocations is full: some tokens live out their time"
                    );
                }
                let entry = |item: OpsItem| Some((item.sk, Timestamp::from_unix_ms(item.body.parse().ok()?)));
                known.before = Arc::new(items.into_iter().filter_map(entry).collect());
            }
            Err(error) => {
                tracing::warn!(
                    error = kernel::error::chain(&error),
                    "the list of revocations cannot be read: the last one counts"
                );
            }
        }
        Arc::clone(&known.before)
    }

    fn partition(&self) -> String {
        format!("T#{}#REVOKED", self.tenant)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use async_trait::async_trait;
    use event_store::ops::MemoryOps;
    use testkit::{ManualClock, NOON};
    use uuid::Uuid;

    use super::*;

    /// A table that is away at times, and counts who asks for its lists.
    #[derive(Default)]
    struct Table {
        items: MemoryOps,
        away: AtomicBool,
        lists: AtomicUsize,
    }

    #[async_trait]
    impl Ops for Table {
        async fn put(&self, item: OpsItem) -> Result<(), StorageError> {
            self.items.put(item).await
        }

        async fn put_new(&self, item: OpsItem) -> Result<bool, StorageError> {
            self.items.put_new(item).await
        }

        async fn replace(&self, item: OpsItem, before: &str) -> Result<bool, StorageError> {
            self.items.replace(item, before).await
        }

        async fn get(&self, pk: &str, sk: &str) -> Result<Option<OpsItem>, StorageError> {
            self.items.get(pk, sk).await
        }

        async fn present(&self, keys: &[(String, String)]) -> Result<Vec<bool>, StorageError> {
            self.items.present(keys).await
        }

        async fn list(&self, pk: &str, limit: usize) -> Result<Vec<OpsItem>, StorageError> {
            self.lists.fetch_add(1, Ordering::SeqCst);
            if self.away.load(Ordering::SeqCst) {
                return Err(StorageError::Unavailable { operation: "ops.list", source: "it is away".into() });
            }
            self.items.list(pk, limit).await
        }

        async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError> {
            self.items.delete(pk, sk).await
        }
    }

    fn session(number: u128) -> SessionId {
        SessionId::new(Uuid::from_u128(number))
    }

    fn claims(session_number: u128) -> Claims {
        let now_s = NOON.unix_ms() / 1_000;
        Claims {
            iss: "https://auth.test".to_owned(),
            sub: UserId::new(Uuid::from_u128(1)).to_string(),
            aud: crate::tokens::AUDIENCE.to_owned(),
            iat: now_s,
            as_of_ms: None,
            exp: now_s + 900,
            jti: Uuid::from_u128(2),
            sid: session(session_number),
            tenant: "main".parse().unwrap(),
            roles: Vec::new(),
            name: "Asha Rao".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_change_that_is_relayed_again_does_not_take_back_a_later_one() {
        let (table, clock) = (Arc::<Table>::default(), Arc::new(ManualClock::default()));
        let list = Revocations::new("main".parse().unwrap(), table, clock, 900);
        let user = UserId::new(Uuid::from_u128(1));
        for at in [NOON.plus_ms(-60_000), NOON, NOON.plus_ms(-60_000)] {
            list.renew_user(user, at).await.unwrap();
        }
        assert!(list.void(&claims(1)).await, "issued at noon, and the user changed at noon");
    }

    #[tokio::test]
    async fn whoever_logs_in_right_after_a_change_is_let_in() {
        let (table, clock) = (Arc::<Table>::default(), Arc::new(ManualClock::default()));
        let list = Revocations::new("main".parse().unwrap(), table, clock, 900);
        list.renew_user(UserId::new(Uuid::from_u128(1)), NOON.plus_ms(300)).await.unwrap();
        let as_of = |ms| Claims { as_of_ms: Some(NOON.plus_ms(ms).unix_ms()), ..claims(1) };
        assert!(list.void(&claims(1)).await, "who knows only the second");
        assert!(list.void(&as_of(299)).await && list.void(&as_of(300)).await);
        assert!(!list.void(&as_of(301)).await);
    }

    #[tokio::test]
    async fn a_list_is_believed_for_a_while_and_the_last_one_while_there_is_no_other() {
        let (table, clock) = (Arc::<Table>::default(), Arc::new(ManualClock::default()));
        let list = Revocations::new("main".parse().unwrap(), table.clone(), clock.clone(), 900);
        list.end_session(session(1), NOON).await.unwrap();
        assert!(list.void(&claims(1)).await);
        assert!(!list.void(&claims(2)).await);
        list.end_session(session(2), NOON).await.unwrap();
        clock.advance_ms(FRESH_MS - 1);
        assert!(!list.void(&claims(2)).await);
        assert_eq!(table.lists.load(Ordering::SeqCst), 1, "one read for all");

        table.away.store(true, Ordering::SeqCst);
        clock.advance_ms(1);
        assert!(list.void(&claims(1)).await && !list.void(&claims(2)).await && !list.void(&claims(3)).await);
        assert_eq!(table.lists.load(Ordering::SeqCst), 2, "nor is a table that is away asked each time");
        table.away.store(false, Ordering::SeqCst);
        clock.advance_ms(FRESH_MS);
        assert!(list.void(&claims(1)).await && list.void(&claims(2)).await && !list.void(&claims(3)).await);
    }
}
