//! How a fact makes a message.

use event_store::{BoxError, Request};
use messaging::Envelope;
use notification_domain::message::{MessageCommand, Plan};
use notification_domain::{Message, NotificationId};
use uuid::Uuid;

use crate::{Notifications, message_stream};

/// Plans one message because of a fact. The same fact again meets the message that it planned before.
pub(super) async fn plan(
    notifications: &Notifications,
    envelope: &Envelope,
    plan: Plan,
) -> Result<(), BoxError> {
    plan_once(notifications, envelope, envelope.id, plan).await
}

/// Plans one message because of a fact. Any fact that plans it for the same `reason` meets the message of the first.
pub(super) async fn plan_once(
    notifications: &Notifications,
    envelope: &Envelope,
    reason: Uuid,
    plan: Plan,
) -> Result<(), BoxError> {
    let tenant = &notifications.tenant;
    let id = NotificationId::of(tenant, reason, &plan.recipient, plan.template);
    let mut provenance = notifications.own(envelope.correlation_id.clone(), Some(envelope.id.to_string()));
    provenance.traceparent.clone_from(&envelope.traceparent);
    let command = MessageCommand::Plan(Box::new(plan));
    let request = Request::new(provenance);
    notifications.store.create::<Message>(&message_stream(tenant, id), &request, &command).await?;
    Ok(())
}
