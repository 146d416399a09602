use event_store::{ExecuteError, Outcome, Request};
use notification_domain::message::{MessageCommand, MessageRefusal, Notice, Plan, Wording};
use notification_domain::{Message, NotificationId, Recipient};

use crate::{Notifications, message_stream};

/// A message that no fact, but a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// To whom.
    pub recipient: Recipient,
    /// Of which kind.
    pub notice: Notice,
    /// What, word for word.
    pub text: String,
}

/// Sends a message under the identity its request gives it. The same request again meets its own message.
///
/// # Errors
/// A key that was used for another message, or a failure of the store.
pub async fn write_notification(
    notifications: &Notifications,
    request: &Request,
    id: NotificationId,
    draft: Draft,
) -> Result<Outcome<Message>, ExecuteError<MessageRefusal>> {
    let plan = Plan {
        correlation_id: Some(request.provenance.correlation.clone()),
        ..Plan::new(draft.recipient, Wording::Notice(draft.notice), draft.text)
    };
    let command = MessageCommand::Plan(Box::new(plan));
    notifications.store.create(&message_stream(&notifications.tenant, id), request, &command).await
}
