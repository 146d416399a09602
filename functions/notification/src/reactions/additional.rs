//! Telling a deal to those who are named for it besides the audiences.

use event_store::BoxError;
use futures_util::future::try_join_all;
use messaging::Envelope;
use notification_domain::AdditionalRecipients;
use notification_domain::message::{Plan, Wording};
use notification_domain::template::{DealNews, Occasion, TemplateName};

use super::planning::plan_once;
use crate::{Notifications, additional_stream};

/// Tells whoever is named now. That a deal stands or is called off each hears once: whether they were named before the deal
/// was decided or after, and whichever fact of the two comes first, or both. Amended it can be several times.
pub(super) async fn tell(
    notifications: &Notifications,
    envelope: &Envelope,
    template: TemplateName,
    news: &DealNews,
) -> Result<(), BoxError> {
    let reason = match template.occasion() {
        Occasion::Confirmed | Occasion::Cancelled => news.deal_id.uuid(),
        Occasion::Amended => envelope.id,
    };
    let stream = additional_stream(&notifications.tenant, news.deal_id);
    let named = notifications.store.load::<AdditionalRecipients>(&stream).await?;
    let text = template.render(news);
    let plans = named.state().recipients().iter().map(|recipient| {
        let plan = Plan {
            deal_id: Some(news.deal_id),
            correlation_id: Some(envelope.correlation_id.clone()),
            ..Plan::new(recipient.clone(), Wording::Deal(template), text.clone())
        };
        plan_once(notifications, envelope, reason, plan)
    });
    try_join_all(plans).await?;
    Ok(())
}
