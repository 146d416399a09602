//! When each recipient last wrote to the firm: for 24 hours after that free text reaches them, afterwards only an approved
//! template (<https://developers.facebook.com/docs/whatsapp/conversation-types#customer-service-windows>).

use event_store::{BoxError, OpsItem};
use kernel::Timestamp;
use notification_domain::Phone;
use notification_domain::message::Form;

use crate::Notifications;

const OPEN_MS: i64 = 24 * 3_600_000;
/// The window closes here a little earlier than there, because a message takes its time.
const MARGIN_MS: i64 = 5 * 60_000;

fn partition(notifications: &Notifications) -> String {
    format!("T#{}#WINDOW", notifications.tenant)
}

/// Notes that somebody wrote. What is older than what is known changes nothing.
///
/// # Errors
/// When the table does not answer.
pub async fn wrote(notifications: &Notifications, phone: &Phone, at: Timestamp) -> Result<(), BoxError> {
    if last_wrote(notifications, phone).await?.is_some_and(|known| known >= at) {
        return Ok(());
    }
    let item = OpsItem {
        pk: partition(notifications),
        sk: phone.to_string(),
        body: serde_json::to_string(&at)?,
        expires: Some(at.plus_ms(OPEN_MS)),
    };
    Ok(notifications.ops.put(item).await?)
}

/// Notes that the provider says the window is closed, as it was at `at`. Whoever wrote later has opened it again.
///
/// # Errors
/// When the table does not answer.
pub async fn closed(notifications: &Notifications, phone: &Phone, at: Timestamp) -> Result<(), BoxError> {
    if last_wrote(notifications, phone).await?.is_some_and(|known| known <= at) {
        notifications.ops.delete(&partition(notifications), &phone.to_string()).await?;
    }
    Ok(())
}

/// How a message to this phone has to be sent now.
///
/// # Errors
/// When the table does not answer.
pub async fn form(notifications: &Notifications, phone: &Phone) -> Result<Form, BoxError> {
    let now = notifications.clock.now();
    let wrote = last_wrote(notifications, phone).await?;
    let open = wrote.is_some_and(|at| now.since_ms(at) < OPEN_MS - MARGIN_MS);
    Ok(if open { Form::Text } else { Form::Template })
}

async fn last_wrote(notifications: &Notifications, phone: &Phone) -> Result<Option<Timestamp>, BoxError> {
    let item = notifications.ops.get(&partition(notifications), &phone.to_string()).await?;
    Ok(item.map(|item| serde_json::from_str(&item.body)).transpose()?)
}
