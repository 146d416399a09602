//! The versioned facts other contexts may read. Self-contained; a change that breaks a reader adds a version.

use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audience::additional::AdditionalEvent;
use crate::message::{MessageEvent, Planned, State, Wording};
use crate::template::TemplateName;
use crate::{AudienceName, DealId, NotificationId};

/// `notification.accepted`, `notification.delivered`, `notification.failed`: what became of a message. It carries neither the
/// number nor the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationStands {
    /// Which message.
    pub notification_id: NotificationId,
    /// About which deal.
    pub deal_id: DealId,
    /// To somebody of which audience.
    pub audience: AudienceName,
    /// By which template.
    pub template: TemplateName,
    /// Where it stands.
    pub state: State,
    /// Calls made so far.
    pub attempts: u32,
    /// Whether the recipient may have got it twice.
    pub possibly_duplicate: bool,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// Why it failed, when it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `notification.recipients-named`: somebody said to whom a deal is told besides the audiences. It carries no number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecipientsNamed {
    /// Of which deal.
    pub deal_id: DealId,
    /// How many are told from now on.
    pub recipients: usize,
}

impl RecipientsNamed {
    /// The fact's type on the bus.
    pub const TYPE: &'static str = "notification.recipients-named";

    /// What an event tells the others.
    #[must_use]
    pub const fn of(deal_id: DealId, event: &AdditionalEvent) -> Self {
        let AdditionalEvent::AdditionalRecipientsReplaced { recipients } = event;
        Self { deal_id, recipients: recipients.len() }
    }
}

/// The published fact's type, when the state moved to one that others care for.
#[must_use]
pub fn fact_type(event: &MessageEvent, before: State, after: &Planned) -> Option<&'static str> {
    if before == after.state || matches!(event, MessageEvent::NotificationPlanned { .. }) {
        return None;
    }
    match after.state {
        State::Accepted => Some("notification.accepted"),
        State::Delivered => Some("notification.delivered"),
        State::Failed => Some("notification.failed"),
        _ => None,
    }
}

impl NotificationStands {
    /// A message as it stands; `None` when it is about no deal, or to none of the audiences: nobody else knows of those.
    #[must_use]
    pub fn of(notification_id: NotificationId, message: &Planned) -> Option<Self> {
        let Wording::Deal(template) = message.plan.template else { return None };
        Some(Self {
            notification_id,
            deal_id: message.plan.deal_id?,
            audience: message.plan.audience?,
            template,
            state: message.state,
            attempts: message.attempts,
            possibly_duplicate: message.possibly_duplicate,
            planned_at: message.planned_at,
            reason: message.failure.clone(),
        })
    }
}
