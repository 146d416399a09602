use event_store::{ExecuteError, Outcome, Request};
use notification_domain::message::{MessageCommand, MessageRefusal};
use notification_domain::{Message, NotificationId};

use crate::{Notifications, message_stream};

/// Sends a message after all that failed, expired or was stopped. One that is on its way stays so.
///
/// # Errors
/// [`MessageRefusal::Unknown`] or [`MessageRefusal::Gone`], or a failure of the store.
pub async fn retry_notification(
    notifications: &Notifications,
    request: &Request,
    id: NotificationId,
) -> Result<Outcome<Message>, ExecuteError<MessageRefusal>> {
    let stream = message_stream(&notifications.tenant, id);
    notifications.store.execute(&stream, request, &MessageCommand::Retry).await
}

/// Stops a message that has not left. Stopping it again changes nothing.
///
/// # Errors
/// [`MessageRefusal`], or a failure of the store.
pub async fn cancel_notification(
    notifications: &Notifications,
    request: &Request,
    id: NotificationId,
) -> Result<Outcome<Message>, ExecuteError<MessageRefusal>> {
    let stream = message_stream(&notifications.tenant, id);
    notifications.store.execute(&stream, request, &MessageCommand::Cancel).await
}
