use event_store::{ExecuteError, LogError, Outcome, Request};
use notification_domain::subscription::{
    Asked, By, CODE_VALID_MS, LINK_VALID_MS, Place, Standing, State, SubscriptionCommand, SubscriptionRefusal,
};
use notification_domain::{AudienceName, Phone, Subscriber, Subscription, SubscriptionId};

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

/// Asks for the subscription of a phone. `asking` names the request: its repetition is given the same code. No two codes that a phone
/// waits for are equal, so that each confirms exactly one subscription.
///
/// # Errors
/// [`SubscriptionRefusal::Confirmed`] when the phone has it already, or a failure of the store.
pub async fn subscribe(
    notifications: &Notifications,
    codes: &CodeKey,
    request: &Request,
    asking: &str,
    name: String,
    phone: Phone,
    audience: AudienceName,
) -> Result<Subscribing, SubscribeError> {
    let tenant = &notifications.tenant;
    let id = SubscriptionId::of(tenant, &phone, audience);
    let mut others = Vec::new();
    for other in AudienceName::ALL.into_iter().filter(|other| *other != audience) {
        let other = SubscriptionId::of(tenant, &phone, other);
        let stream = notifications.store.load::<Subscription>(&subscription_stream(tenant, other)).await?;
        others.extend(pending(stream.state()).map(|standing| (other, standing.asked.code)));
    }
    let taken = |code: &String| others.iter().any(|(other, digest)| codes.digest(*other, code) == *digest);
    // At most two codes are taken, and there are four candidates that differ, as good as always.
    let code = codes.candidates(asking).find(|code| !taken(code)).unwrap_or_default();
    let asked = Asked {
        recipient: Subscriber { name, place: Place::Phone { phone } },
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

/// Asks for a subscription that whoever first follows a link on Telegram confirms. `id` and `asking` name the request: its
/// repetition is given the same link.
///
/// # Errors
/// A failure of the store.
pub async fn subscribe_by_link(
    notifications: &Notifications,
    codes: &CodeKey,
    request: &Request,
    asking: &str,
    id: SubscriptionId,
    name: String,
    audience: AudienceName,
) -> Result<Subscribing, SubscribeError> {
    let code = codes.of_link(asking);
    let asked = Asked {
        recipient: Subscriber { name, place: Place::Chat { chat: None } },
        audience,
        code: codes.digest(id, &code),
        expires_at: notifications.clock.now().plus_ms(LINK_VALID_MS),
    };
    let command = SubscriptionCommand::Request(Box::new(asked));
    let stream = subscription_stream(&notifications.tenant, id);
    let outcome = notifications.store.execute::<Subscription>(&stream, request, &command).await?;
    Ok(Subscribing { id, outcome, code: Some(code) })
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
