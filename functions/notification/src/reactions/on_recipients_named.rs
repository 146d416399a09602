//! `notification.recipients-named`: who is named for a deal that stands already is told of it at once. Of a deal that waits,
//! [`on_deal_decided`](super::on_deal_decided) tells them when it is confirmed.

use event_store::BoxError;
use messaging::{Envelope, RecordFault};
use notification_domain::DealId;
use notification_domain::published::RecipientsNamed;
use notification_domain::template::TemplateName;
use serde::Deserialize as _;

use super::additional;
use crate::deal_told::Standing;
use crate::{Notifications, catalogue};

pub(super) async fn react(notifications: &Notifications, envelope: &Envelope) -> Result<(), RecordFault> {
    let fact = RecipientsNamed::deserialize(&envelope.data).map_err(RecordFault::park)?;
    // Published again on purpose: they have been told.
    if envelope.replay || fact.recipients == 0 {
        return Ok(());
    }
    tell(notifications, envelope, fact.deal_id).await.map_err(RecordFault::Retry)
}

async fn tell(notifications: &Notifications, envelope: &Envelope, deal: DealId) -> Result<(), BoxError> {
    let found = notifications.deals.deal(&notifications.tenant, deal).await?;
    let Some(told) = found.filter(|deal| deal.standing() == Standing::Stands) else { return Ok(()) };
    let good = catalogue::find(notifications, told.terms.product_id).await?;
    let news = told.news(good, envelope.time);
    additional::tell(notifications, envelope, TemplateName::DealConfirmedAdditional, &news).await
}
