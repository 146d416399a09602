use event_store::LogError;
use notification_domain::{Message, NotificationId};

use crate::notification_view::NotificationView;
use crate::{Notifications, message_stream};

/// A notification as the log has it now; `None` when there is none.
///
/// # Errors
/// When the log cannot be read.
pub async fn notification(
    notifications: &Notifications,
    id: NotificationId,
) -> Result<Option<NotificationView>, LogError> {
    let stream = notifications.store.load::<Message>(&message_stream(&notifications.tenant, id)).await?;
    Ok(stream.state().planned().map(|message| NotificationView::of(id, message, stream.version())))
}
