use event_store::BoxError;
use notification_domain::DealId;
use notification_domain::template::TemplateName;

use crate::{Notifications, catalogue};

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// There is no such deal.
    #[error("there is no such deal")]
    Unknown,
    /// The deal was never confirmed, so nobody is told anything of it.
    #[error("the deal was never confirmed, so nobody is told of it")]
    NeverStood,
    /// Neither this context nor those it asks can tell.
    #[error("the deal cannot be looked up")]
    Unavailable(#[source] BoxError),
}

/// What a template says of a deal as it stands, as if it were told now. Nothing is sent.
///
/// # Errors
/// See [`PreviewError`].
pub async fn preview(
    notifications: &Notifications,
    template: TemplateName,
    deal: DealId,
) -> Result<String, PreviewError> {
    let found = notifications.deals.deal(&notifications.tenant, deal).await;
    let deal = found.map_err(PreviewError::Unavailable)?.ok_or(PreviewError::Unknown)?;
    if deal.sources.is_empty() {
        return Err(PreviewError::NeverStood);
    }
    let good = catalogue::find(notifications, deal.terms.product_id).await;
    let good = good.map_err(PreviewError::Unavailable)?;
    Ok(template.render(&deal.news(good, notifications.clock.now())))
}
