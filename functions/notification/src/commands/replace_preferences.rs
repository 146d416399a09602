use event_store::{ExecuteError, Outcome, Request};
use notification_domain::Preferences;
use notification_domain::preferences::{DigestTimes, PreferencesCommand, PreferencesRefusal, QuietHours};

use crate::{Notifications, preferences_stream};

/// Says anew when people want to hear nothing, and who is told by digest.
///
/// # Errors
/// [`PreferencesRefusal`] with every rule that is broken, or a failure of the store.
pub async fn replace_preferences(
    notifications: &Notifications,
    request: &Request,
    quiet_hours: Vec<QuietHours>,
    digests: Vec<DigestTimes>,
) -> Result<Outcome<Preferences>, ExecuteError<PreferencesRefusal>> {
    let command = PreferencesCommand::Replace { quiet_hours, digests };
    notifications.store.execute(&preferences_stream(&notifications.tenant), request, &command).await
}
