//! `deal.confirmed`, `deal.cancelled`, `deal.amended`: everybody whom it concerns is told. A deal that was called off before it
//! stood was never told, and is not now; an imported deal publishes none of these.

use event_store::BoxError;
use futures_util::future::try_join_all;
use messaging::{Envelope, RecordFault};
use notification_domain::audience::AudienceName;
use notification_domain::message::{DigestEntry, Plan, Wording};
use notification_domain::template::{Occasion, TemplateName, Term};
use notification_domain::{Audiences, Preferences};
use serde::Deserialize as _;

use super::additional;
use super::planning::plan;
use crate::deal_told::{DealTold, Standing};
use crate::queries::subscribers;
use crate::{Notifications, audiences_stream, catalogue, preferences_stream};

pub(super) async fn react(notifications: &Notifications, envelope: &Envelope) -> Result<(), RecordFault> {
    let fact = DealTold::deserialize(&envelope.data).map_err(RecordFault::park)?;
    let occasion = match envelope.fact_type.as_str() {
        "deal.confirmed" => Occasion::Confirmed,
        "deal.cancelled" if fact.was_confirmed => Occasion::Cancelled,
        "deal.amended" if fact.standing() == Standing::Stands => Occasion::Amended,
        _ => return Ok(()),
    };
    // Published again on purpose: people have been told.
    if envelope.replay {
        return Ok(());
    }
    tell(notifications, envelope, occasion, fact).await.map_err(RecordFault::Retry)
}

async fn tell(
    notifications: &Notifications,
    envelope: &Envelope,
    occasion: Occasion,
    fact: DealTold,
) -> Result<(), BoxError> {
    let audiences = notifications.store.load::<Audiences>(&audiences_stream(&notifications.tenant)).await?;
    let preferences =
        notifications.store.load::<Preferences>(&preferences_stream(&notifications.tenant)).await?;
    let now = notifications.clock.now();
    let good = catalogue::find(notifications, fact.terms.product_id).await?;
    let changed: Vec<Term> = fact.changes.iter().map(|change| change.field).collect();
    let news = fact.news(good, envelope.time);
    let mut plans = Vec::new();
    for audience in AudienceName::ALL {
        let template = TemplateName::of(audience, occasion);
        if !template.tells_of(&changed) {
            continue;
        }
        let mut recipients = audiences.state().recipients().of(audience).clone();
        // Somebody who is named and has subscribed, too, is the same notification, and told once.
        recipients.extend(subscribers(notifications, audience).await?);
        if recipients.is_empty() {
            continue;
        }
        let text = template.render(&news);
        let due = preferences.state().next_digest(audience, now);
        let digest = due.map(|due| DigestEntry { due, line: template.line(&news) });
        let told = |recipient| Plan {
            audience: Some(audience),
            deal_id: Some(news.deal_id),
            correlation_id: Some(envelope.correlation_id.clone()),
            digest: digest.clone(),
            ..Plan::new(recipient, Wording::Deal(template), text.clone())
        };
        plans.extend(recipients.into_iter().map(|recipient| plan(notifications, envelope, told(recipient))));
    }
    try_join_all(plans).await?;
    let template = TemplateName::additional(occasion);
    if !template.tells_of(&changed) {
        return Ok(());
    }
    additional::tell(notifications, envelope, template, &news).await
}
