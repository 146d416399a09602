//! Too many wrong passwords make wait: for one e-mail address, and from one network address, where somebody tries one password on
//! many accounts.
//!
//! Failures are counted per address and window of 15 minutes, one item each, in a partition of the `ops` table that expires
//! by itself. Whether there is a user with that e-mail address makes no difference, so the limit reveals nobody.
//!
//! Known limits, accepted: attempts that run at the same moment do not see each other's failures, so a burst may exceed the
//! limit by the function's concurrency; windows are fixed, so twice the limit fits around a boundary; whoever knows an e-mail
//! address can keep its user waiting, and whoever shares a network address, everybody behind it. Each is bounded, and the cost of
//! one guess stays that of one Argon2id.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use auth_domain::Email;
use event_store::{Ops, OpsItem, StorageError};
use futures_util::future::try_join_all;
use kernel::{Clock, IdSource, Tenant, Timestamp};
use sha2::{Digest as _, Sha256};

/// Wrong passwords an e-mail address may have within a window.
const MOST_FOR_EMAIL: usize = 5;
/// Wrong passwords that may come from a network address within a window: an office of people has one.
const MOST_FROM_NETWORK: usize = 50;
/// Length of a window, in milliseconds: 15 minutes.
const WINDOW_MS: i64 = 15 * 60 * 1_000;

/// A try to log in.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// As whom.
    pub email: &'a Email,
    /// From where, as far as the platform says.
    pub from: Option<IpAddr>,
}

/// Counts failed logins.
#[derive(Clone)]
pub struct Throttle {
    tenant: Tenant,
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Throttle {
    /// Counts in `ops`.
    #[must_use]
    pub fn new(tenant: Tenant, ops: Arc<dyn Ops>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { tenant, ops, clock, ids }
    }

    /// How many seconds have to pass before another attempt; `None` when none have to.
    ///
    /// # Errors
    /// When a count cannot be read.
    pub async fn wait_s(&self, attempt: Attempt<'_>) -> Result<Option<u32>, StorageError> {
        let window = self.window();
        let looks = self.counts(attempt, window).into_iter().map(|(partition, most)| async move {
            Ok::<_, StorageError>(self.ops.list(&partition, most).await?.len() >= most)
        });
        let too_many = try_join_all(looks).await?.contains(&true);
        let left_ms = window.end().since_ms(self.clock.now());
        let left_s = u32::try_from(left_ms.saturating_add(999).div_euclid(1_000)).unwrap_or(1).max(1);
        Ok(too_many.then_some(left_s))
    }

    /// Counts one failure.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn record_failure(&self, attempt: Attempt<'_>) -> Result<(), StorageError> {
        let window = self.window();
        let (sk, expires) = (self.ids.uuid().to_string(), Some(window.end()));
        let item = |pk| OpsItem { pk, sk: sk.clone(), body: String::new(), expires };
        let counts = self.counts(attempt, window).into_iter();
        try_join_all(counts.map(|(partition, _)| self.ops.put(item(partition)))).await?;
        Ok(())
    }

    /// Where an attempt is counted, and how often it may fail there.
    fn counts(&self, attempt: Attempt<'_>, window: Window) -> Vec<(String, usize)> {
        let email = (self.partition("LOGIN-FAILURES", attempt.email.as_str(), window), MOST_FOR_EMAIL);
        let from = attempt.from.map(|address| {
            let partition = self.partition("LOGIN-FAILURES-FROM", &network(address), window);
            (partition, MOST_FROM_NETWORK)
        });
        [Some(email), from].into_iter().flatten().collect()
    }

    fn window(&self) -> Window {
        Window(self.clock.now().unix_ms().div_euclid(WINDOW_MS))
    }

    /// Hashed, because what people type into the wrong field is their password, and where they are is theirs alone.
    fn partition(&self, kind: &str, counted: &str, window: Window) -> String {
        let digest = hex::encode(Sha256::digest(counted));
        format!("T#{}#{kind}#{digest}#{}", self.tenant, window.0)
    }
}

/// What one customer of a network provider has: an IPv4 address, or a /64 of IPv6 (RFC 6177), whose other half they choose.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}", address.to_bits() >> 64),
    }
}

/// The number of a window since 1970.
#[derive(Clone, Copy)]
struct Window(i64);

impl Window {
    const fn end(self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.saturating_add(1).saturating_mul(WINDOW_MS))
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
