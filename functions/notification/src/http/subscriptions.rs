//! `GET`, `POST /v1/subscriptions`, `GET`, `DELETE /v1/subscriptions/{id}`, `POST /v1/subscriptions/{id}/cancel`

use axum::extract::State;
use event_store::{Idempotency, Position, Request};
use http_kit::{
    Access, Caller, Creating, CursorToken, ETag, FieldError, IfNoneMatch, Limit, Page, Parsed, PathId,
    Problem, ProblemKind, QueryParams, Reply, Route, Routes, Text, request_body, request_enum,
};
use kernel::Timestamp;
use notification_domain::subscription::{By, Invitation, State as Stand};
use notification_domain::{AudienceName, Phone, SubscriptionId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{Api, changing, errors};
use crate::commands::{end_subscription, subscribe, subscribe_by_link};
use crate::queries::{SubscriptionFilter, subscription, subscriptions};
use crate::subscription_view::SubscriptionView;

request_enum! {
    /// An audience.
    pub enum AudienceChoice {
        /// Those who invoice and pay.
        Accounts => "accounts",
        /// Those who fetch and bring; they never see a rate or an amount.
        Logistics => "logistics",
        /// Those whose firm it is.
        Owners => "owners",
    }
}

impl From<AudienceChoice> for AudienceName {
    fn from(choice: AudienceChoice) -> Self {
        match choice {
            AudienceChoice::Accounts => Self::Accounts,
            AudienceChoice::Logistics => Self::Logistics,
            AudienceChoice::Owners => Self::Owners,
        }
    }
}

request_enum! {
    /// A way to reach people that subscriptions can be confirmed on.
    pub enum SubscriptionChannel {
        /// WhatsApp: by a code from a phone.
        WhatsApp => "whatsapp",
        /// Telegram: by a link.
        Telegram => "telegram",
    }
}

request_enum! {
    /// Where a subscription stands.
    pub enum SubscriptionState {
        /// Its code is waited for.
        Pending => "pending",
        /// They are told.
        Confirmed => "confirmed",
        /// Its code came too late.
        Expired => "expired",
        /// Too many codes were wrong.
        Locked => "locked",
        /// They are told no more.
        Ended => "ended",
    }
}

impl From<SubscriptionState> for Stand {
    fn from(name: SubscriptionState) -> Self {
        match name {
            SubscriptionState::Pending => Self::Pending,
            SubscriptionState::Confirmed => Self::Confirmed,
            SubscriptionState::Expired => Self::Expired,
            SubscriptionState::Locked => Self::Locked,
            SubscriptionState::Ended => Self::Ended,
        }
    }
}

request_body! {
    /// Somebody who shall be told of deals.
    pub struct Subscribe {
        /// The way they are reached.
        pub channel: SubscriptionChannel,
        /// On WhatsApp, their number with country code; blanks, hyphens and parentheses do not matter. On Telegram nothing: the chat
        /// is known once they follow the link.
        pub phone: Option<Parsed<Phone>>,
        /// What they will be told.
        pub audience: AudienceChoice,
        /// How they are called.
        pub name: Text<1, 100>,
    }
}

request_body! {
    /// Which subscriptions to list.
    pub struct SubscriptionQuery {
        /// Only to this audience.
        pub audience: Option<AudienceChoice>,
        /// Only in this state.
        pub state: Option<SubscriptionState>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

/// A subscription that waits for its code.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscribed {
    /// The subscription.
    subscription: SubscriptionView,
    /// On WhatsApp, what has to be sent to the firm from that phone, word for word. Shown here only; absent when another
    /// request has replaced the code since.
    #[serde(skip_serializing_if = "Option::is_none")]
    say: Option<String>,
    /// On Telegram, what has to be followed. Shown here only. Whoever is first is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// Until when.
    expires_at: Timestamp,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/subscriptions")
                .access(Access::Requires("notification:read"))
                .summary("List subscriptions")
                .answers::<Page<SubscriptionView>>(200, "A page of subscriptions.")
                .handler(list),
        )
        .add(
            Route::post("/v1/subscriptions")
                .access(Access::Requires("notification:write"))
                .summary("Have somebody join an audience")
                .description(
                    "On WhatsApp they are told once `say` (such as `hi 4821`) came from that very phone, within 15 minutes. Five \
                     wrong codes lock the subscription; asked for again, it has a new code, and only that one counts. On Telegram \
                     they are told in the chat in which `link` was followed first, within 24 hours.",
                )
                .answers::<Subscribed>(201, "Its code is waited for.")
                .refuses(ProblemKind::Conflict, "The phone is subscribed already, or the firm's bot has no name that a link could lead to.")
                .example(json!({
                    "channel": "whatsapp", "phone": "+919876543210", "audience": "accounts", "name": "Asha",
                }))
                .handler(create),
        )
        .add(
            Route::get("/v1/subscriptions/{id}")
                .access(Access::Requires("notification:read"))
                .summary("One subscription")
                .answers::<SubscriptionView>(200, "The subscription.")
                .handler(show),
        )
        .add(
            Route::delete("/v1/subscriptions/{id}")
                .access(Access::Requires("notification:write"))
                .summary("End a subscription")
                .description("As `STOP` from there does. Ending it again changes nothing.")
                .answers::<SubscriptionView>(200, "They are told no more.")
                .handler(end),
        )
        .add(
            Route::post("/v1/subscriptions/{id}/cancel")
                .access(Access::Requires("notification:write"))
                .summary("End a subscription, for clients without DELETE")
                .answers::<SubscriptionView>(200, "They are told no more.")
                .handler(end),
        )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<SubscriptionQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let cursor = query.params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let filter = SubscriptionFilter {
        audience: query.params.audience.map(Into::into),
        state: query.params.state.map(Into::into),
    };
    let limit = usize::from(query.params.limit.get());
    let found = subscriptions(&api.notifications_of(&caller), &filter, limit, after).await;
    let found = found.map_err(|e| errors::stored(&e))?;
    let rows = found.rows.into_iter().map(|row| RawValue::from_string(row.body));
    let data = rows.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::internal(&error))?;
    let next_cursor = found.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}

async fn create(State(api): State<Api>, request: Creating<Subscribe>) -> Result<Reply, Problem> {
    let asking = request.derived_id().simple().to_string();
    let idempotency = Idempotency { key: asking.clone(), fingerprint: request.fingerprint.clone() };
    let asked = Request { idempotency: Some(idempotency), ..Request::new(request.caller.provenance()) };
    let notifications = api.notifications_of(&request.caller);
    let id = SubscriptionId::new(request.derived_id());
    let Subscribe { channel, phone, audience, name } = request.body;
    let (name, audience) = (name.into_string(), audience.into());
    let (done, bot) = match (channel, phone) {
        (SubscriptionChannel::WhatsApp, Some(phone)) => {
            let done = subscribe(&notifications, &api.codes, &asked, &asking, name, phone.0, audience).await;
            (done, None)
        }
        (SubscriptionChannel::Telegram, None) => {
            let bot = bot_name(&api).await?;
            let done = subscribe_by_link(&notifications, &api.codes, &asked, &asking, id, name, audience);
            (done.await, Some(bot))
        }
        (SubscriptionChannel::WhatsApp, None) => {
            let fault = FieldError::pointer("/phone", "missing", "must be there: it is how they are reached");
            return Err(Problem::validation([fault]));
        }
        (SubscriptionChannel::Telegram, Some(_)) => {
            let detail = "must be left out: on Telegram they are told in a chat";
            return Err(Problem::validation([FieldError::pointer("/phone", "not-allowed", detail)]));
        }
    };
    let done = done.map_err(|e| errors::subscribing(&e))?;
    let stream = &done.outcome.stream;
    let standing = stream.state().standing().ok_or_else(|| Problem::not_found("subscription"))?;
    let subscription = SubscriptionView::of(done.id, standing, stream.version());
    let (expires_at, version) = (subscription.expires_at, subscription.version);
    let body = match bot {
        None => {
            let say = done.code.map(|code| format!("hi {code}"));
            Subscribed { subscription, say, link: None, expires_at }
        }
        Some(bot) => {
            let invited = done.code.map(|code| Invitation { subscription: done.id, code });
            let link = invited.map(|invitation| format!("https://t.me/{bot}?start={invitation}"));
            Subscribed { subscription, say: None, link, expires_at }
        }
    };
    let reply = Reply::created(&format!("/v1/subscriptions/{}", done.id), &body)?;
    Ok(reply.replayed(done.outcome.replayed).etag(&ETag::version(version)))
}

/// How the firm's bot is called on Telegram.
async fn bot_name(api: &Api) -> Result<String, Problem> {
    let secrets = api.telegram.read().await.map_err(|error| Problem::unavailable(error.as_ref()))?;
    secrets.bot_name.ok_or_else(|| {
        Problem::conflict(
            "The firm's bot has no name that a link could lead to: put `botName` beside its token.",
        )
    })
}

async fn show(
    State(api): State<Api>,
    PathId(id): PathId<SubscriptionId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let view = subscription(&api.notifications_of(&caller), id).await.map_err(|e| errors::unreadable(&e))?;
    let view = view.ok_or_else(|| Problem::not_found("subscription"))?;
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)).unless_known(&known))
}

async fn end(
    State(api): State<Api>,
    PathId(id): PathId<SubscriptionId>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let request = changing(&caller, None);
    let ended = end_subscription(&api.notifications_of(&caller), &request, id, By::Firm).await;
    let stream = ended.map_err(|e| errors::subscription(&e))?.stream;
    let standing = stream.state().standing().ok_or_else(|| Problem::not_found("subscription"))?;
    let view = SubscriptionView::of(id, standing, stream.version());
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}
