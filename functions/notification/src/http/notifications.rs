//! `GET /v1/notifications`, `GET /v1/notifications/{id}`, `POST /v1/notifications/{id}/retry`, `POST …/cancel`

use axum::extract::State;
use event_store::{Position, Stream};
use http_kit::{
    Access, Caller, CursorToken, ETag, IfNoneMatch, Limit, Page, Parsed, PathId, Problem, ProblemKind,
    QueryParams, Reply, Route, Routes, request_body, request_enum,
};
use notification_domain::message::State as Stand;
use notification_domain::recipient::RecipientKey;
use notification_domain::{DealId, Message, NotificationId};
use serde_json::value::RawValue;

use super::{Api, changing, errors};
use crate::commands::{cancel_notification, retry_notification};
use crate::notification_view::NotificationView;
use crate::queries::{NotificationFilter, notification, notifications};

request_enum! {
    /// Where a notification stands.
    pub enum StateName {
        /// It shall be sent.
        Planned => "planned",
        /// It lies in the queue.
        Queued => "queued",
        /// A digest will tell it.
        Gathered => "gathered",
        /// A call is being made, or its outcome is not known yet.
        Sending => "sending",
        /// The provider has it.
        Accepted => "accepted",
        /// It has left the provider.
        Sent => "sent",
        /// It is on the phone.
        Delivered => "delivered",
        /// It was looked at.
        Read => "read",
        /// It will never arrive.
        Failed => "failed",
        /// A person stopped it.
        Suppressed => "suppressed",
        /// It waited too long.
        Expired => "expired",
    }
}

impl From<StateName> for Stand {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Planned => Self::Planned,
            StateName::Queued => Self::Queued,
            StateName::Gathered => Self::Gathered,
            StateName::Sending => Self::Sending,
            StateName::Accepted => Self::Accepted,
            StateName::Sent => Self::Sent,
            StateName::Delivered => Self::Delivered,
            StateName::Read => Self::Read,
            StateName::Failed => Self::Failed,
            StateName::Suppressed => Self::Suppressed,
            StateName::Expired => Self::Expired,
        }
    }
}

request_body! {
    /// Which notifications to list.
    pub struct NotificationQuery {
        /// Only about this deal.
        pub deal_id: Option<DealId>,
        /// Only in this state.
        pub state: Option<StateName>,
        /// Only to whom this is the number of or, without one, the e-mail address or Telegram chat.
        pub recipient: Option<Parsed<RecipientKey>>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/notifications")
                .access(Access::Requires("notification:read"))
                .summary("List notifications, newest first")
                .answers::<Page<NotificationView>>(200, "A page of notifications.")
                .handler(list),
        )
        .add(
            Route::get("/v1/notifications/{id}")
                .access(Access::Requires("notification:read"))
                .summary("One notification")
                .answers::<NotificationView>(200, "The notification.")
                .handler(show),
        )
        .add(
            Route::post("/v1/notifications/{id}/retry")
                .access(Access::Requires("notification:write"))
                .summary("Send a message after all that failed, expired or was stopped")
                .description("One that is on its way stays so.")
                .answers::<NotificationView>(200, "It will be sent.")
                .refuses(ProblemKind::Conflict, "The provider has the message already, or a digest tells it.")
                .handler(retry),
        )
        .add(
            Route::post("/v1/notifications/{id}/cancel")
                .access(Access::Requires("notification:write"))
                .summary("Stop a message that has not left")
                .answers::<NotificationView>(200, "It will not be sent.")
                .refuses(
                    ProblemKind::Conflict,
                    "The provider has the message already, it is being sent right now, or a digest tells it.",
                )
                .handler(cancel),
        )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<NotificationQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let cursor = query.params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let filter = NotificationFilter {
        deal: query.params.deal_id,
        recipient: query.params.recipient.as_ref().map(|number| number.0.clone()),
        state: query.params.state.map(Into::into),
    };
    let limit = usize::from(query.params.limit.get());
    let found = notifications(&api.notifications_of(&caller), &filter, limit, after).await;
    let found = found.map_err(|e| errors::stored(&e))?;
    let rows = found.rows.into_iter().map(|row| RawValue::from_string(row.body));
    let data = rows.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::internal(&error))?;
    let next_cursor = found.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}

async fn show(
    State(api): State<Api>,
    PathId(id): PathId<NotificationId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let view = notification(&api.notifications_of(&caller), id).await.map_err(|e| errors::unreadable(&e))?;
    let view = view.ok_or_else(|| Problem::not_found("notification"))?;
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)).unless_known(&known))
}

async fn retry(
    State(api): State<Api>,
    PathId(id): PathId<NotificationId>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let outcome = retry_notification(&api.notifications_of(&caller), &changing(&caller, None), id).await;
    changed(id, &outcome.map_err(|e| errors::notification(&e))?.stream)
}

async fn cancel(
    State(api): State<Api>,
    PathId(id): PathId<NotificationId>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let outcome = cancel_notification(&api.notifications_of(&caller), &changing(&caller, None), id).await;
    changed(id, &outcome.map_err(|e| errors::notification(&e))?.stream)
}

fn changed(id: NotificationId, stream: &Stream<Message>) -> Result<Reply, Problem> {
    let message = stream.state().planned().ok_or_else(|| Problem::not_found("notification"))?;
    let view = NotificationView::of(id, message, stream.version());
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}
