use event_store::{ExecuteError, Outcome, Request};
use notification_domain::Audiences;
use notification_domain::audience::{AudiencesCommand, AudiencesRefusal, Recipients};

use crate::{Notifications, audiences_stream};

/// Names everybody who is told from now on.
///
/// # Errors
/// [`AudiencesRefusal`] with every rule that is broken, or a failure of the store.
pub async fn replace_audiences(
    notifications: &Notifications,
    request: &Request,
    recipients: Recipients,
) -> Result<Outcome<Audiences>, ExecuteError<AudiencesRefusal>> {
    let command = AudiencesCommand::Replace(recipients);
    notifications.store.execute(&audiences_stream(&notifications.tenant), request, &command).await
}
