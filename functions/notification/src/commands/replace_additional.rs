use event_store::{BoxError, ExecuteError, Outcome, Request};
use notification_domain::audience::additional::{AdditionalCommand, AdditionalRefusal};
use notification_domain::{AdditionalRecipients, Audience, DealId};

use crate::deal_told::Standing;
use crate::{Notifications, additional_stream};

/// Why the additional recipients of a deal stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum AdditionalError {
    /// There is no such deal.
    #[error("there is no such deal")]
    Unknown,
    /// It was rejected or called off.
    #[error("the deal does not stand any more, so nobody is told of it")]
    Over,
    /// The deal context does not answer.
    #[error("the deal cannot be looked up")]
    Unavailable(#[source] BoxError),
    /// They break a rule, somebody else was faster, or the store failed.
    #[error(transparent)]
    Execute(#[from] ExecuteError<AdditionalRefusal>),
}

/// Names those whom a deal is told to besides the audiences. Of a deal that is confirmed they are told at once, by what
/// [`crate::reactions`] does when it hears of this; of one that waits, when it is confirmed.
///
/// # Errors
/// See [`AdditionalError`].
pub async fn replace_additional(
    notifications: &Notifications,
    request: &Request,
    deal: DealId,
    recipients: Audience,
) -> Result<Outcome<AdditionalRecipients>, AdditionalError> {
    let found = notifications.deals.deal(&notifications.tenant, deal).await;
    let told = found.map_err(AdditionalError::Unavailable)?.ok_or(AdditionalError::Unknown)?;
    if told.standing() == Standing::Over {
        return Err(AdditionalError::Over);
    }
    let command = AdditionalCommand::Replace(recipients);
    let stream = additional_stream(&notifications.tenant, deal);
    Ok(notifications.store.execute(&stream, request, &command).await?)
}
