use event_store::{ExecuteError, LogError, Outcome, Request};
use notification_domain::subscription::{
    Asked, By, CODE_VALID_MS, Standing, State, SubscriptionCommand, SubscriptionRefusal,
};
use notification_domain::{AudienceName, Subscriber, Subscription, SubscriptionId};

use crate::codes::CodeKey;
use crate::{Notifications, subscription_stream};

/// Why a subscription was not asked for.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// Refused, or a failure of the store.
    #[error("the subscription was not asked for")]
    Execute(#[from] ExecuteError<SubscriptionRefusal>),
    /// The phone's other subscriptions cannot be read.
    #[error("the other subscriptions of the phone cannot be read")]
    Others(#[from] LogError),
}

/// A subscription that was asked for.
#[derive(Debug)]
pub struct Subscribing {
    /// Which.
    pub id: SubscriptionId,
    /// As it stands.
    pub outcome: Outcome<Subscription>,
    /// The code that confirms it; `None` where another request has replaced it since.
    pub code: Option<String>,
}

/// Asks for a subscription. `asking` names the request: its repetition is given the same code. No two codes that a phone
/// waits for are equal, so that each confirms exactly one subscription.
///
/// # Errors
/// [`SubscriptionRefusal::Confirmed`] when the phone has it already, or a failure of the store.
pub async fn subscribe(
    notifications: &Notifications,
    codes: &CodeKey,
    request: &Request,
    asking: &str,
    recipient: Subscriber,
    audience: AudienceName,
) -> Result<Subscribing, SubscribeError> {
    let tenant = &notifications.tenant;
    let id = SubscriptionId::of(tenant, &recipient.phone, audience);
    let mut others = Vec::new();
    for other in AudienceName::ALL.into_iter().filter(|other| *other != audience) {
        let other = SubscriptionId::of(tenant, &recipient.phone, other);
        let stream = notifications.store.load::<Subscription>(&subscription_stream(tenant, other)).await?;
        others.extend(pending(stream.state()).map(|standing| (other, standing.asked.code)));
    }
    let taken = |code: &String| others.iter().any(|(other, digest)| codes.digest(*other, code) == *digest);
    // At most two codes are taken, and there are four candidates that differ, as good as always.
    let code = codes.candidates(asking).find(|code| !taken(code)).unwrap_or_default();
    let asked = Asked {
        recipient,
        audience,
        code: codes.digest(id, &code),
        expires_at: notifications.clock.now().plus_ms(CODE_VALID_MS),
    };
    let command = SubscriptionCommand::Request(Box::new(asked));
    let stream = subscription_stream(tenant, id);
    let outcome = notifications.store.execute::<Subscription>(&stream, request, &command).await?;
    let kept = outcome.stream.state().standing().map(|standing| standing.asked.code);
    let code = codes.candidates(asking).find(|code| Some(codes.digest(id, code)) == kept);
    Ok(Subscribing { id, outcome, code })
}

/// Ends a subscription. Ending it again changes nothing.
///
/// # Errors
/// [`SubscriptionRefusal::Unknown`], or a failure of the store.
pub async fn end_subscription(
    notifications: &Notifications,
    request: &Request,
    id: SubscriptionId,
    by: By,
) -> Result<Outcome<Subscription>, ExecuteError<SubscriptionRefusal>> {
    let stream = subscription_stream(&notifications.tenant, id);
    notifications.store.execute(&stream, request, &SubscriptionCommand::End(by)).await
}

/// The subscription, if its code is waited for.
#[must_use]
pub fn pending(subscription: &Subscription) -> Option<&Standing> {
    subscription.standing().filter(|standing| standing.state == State::Pending)
}
