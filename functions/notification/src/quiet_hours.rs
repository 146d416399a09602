//! Whether somebody wants to hear nothing now. Looked up before each message, so it is remembered for a minute.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use event_store::LogError;
use kernel::{Tenant, Timestamp};
use notification_domain::Preferences;
use notification_domain::message::{Notice, Plan, Wording};

use crate::{Notifications, preferences_stream};

/// How long the preferences of a firm are believed, in milliseconds.
const BELIEVED_MS: i64 = 60_000;

/// The preferences of each firm, and when they were read.
#[derive(Debug, Clone, Default)]
pub struct Quiet {
    believed: Arc<Mutex<BTreeMap<Tenant, (Timestamp, Preferences)>>>,
}

impl Quiet {
    /// How much longer a message has to wait, in milliseconds; `None` when it may leave. Only news of deals wait: whoever
    /// asks for something, or whose login is in somebody else's hands, hears of it at once.
    ///
    /// # Errors
    /// When the preferences cannot be read.
    pub async fn left_ms(&self, notifications: &Notifications, plan: &Plan) -> Result<Option<i64>, LogError> {
        let news = matches!(plan.template, Wording::Deal(_) | Wording::Notice(Notice::Digest));
        let Some(audience) = plan.audience.filter(|_| news) else { return Ok(None) };
        let now = notifications.clock.now();
        Ok(self.preferences(notifications, now).await?.quiet_ms(audience, now))
    }

    async fn preferences(
        &self,
        notifications: &Notifications,
        now: Timestamp,
    ) -> Result<Preferences, LogError> {
        let tenant = &notifications.tenant;
        let fresh = |at: Timestamp| (0..BELIEVED_MS).contains(&now.since_ms(at));
        let believed = {
            let all = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
            all.get(tenant).filter(|(at, _)| fresh(*at)).map(|(_, preferences)| preferences.clone())
        };
        if let Some(preferences) = believed {
            return Ok(preferences);
        }
        let stream = notifications.store.load::<Preferences>(&preferences_stream(tenant)).await?;
        let preferences = stream.state().clone();
        let mut all = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(tenant.clone(), (now, preferences.clone()));
        Ok(preferences)
    }
}
