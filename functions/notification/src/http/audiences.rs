//! `GET`, `PUT /v1/audiences`

use axum::extract::State;
use event_store::Stream;
use http_kit::{
    Access, Caller, Changing, ETag, IfNoneMatch, Items, Problem, Reply, Route, Routes, request_body,
};
use notification_domain::audience::Recipients;
use notification_domain::{Audience, Audiences};
use schemars::JsonSchema;
use serde::Serialize;

use super::recipient_card::RecipientBody;
use super::{Api, changing, errors};
use crate::audiences_stream;
use crate::commands::replace_audiences;

request_body! {
    /// Everybody who is told from now on. An empty audience is told nothing.
    pub struct ReplaceAudiences {
        /// Those who invoice and pay.
        pub accounts: Items<RecipientBody, 0, 20>,
        /// Those who fetch and bring; they never see a rate or an amount.
        pub logistics: Items<RecipientBody, 0, 20>,
        /// Those whose firm it is.
        pub owners: Items<RecipientBody, 0, 20>,
    }
}

/// Everybody who is told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AudiencesView {
    /// Those who invoice and pay.
    accounts: Audience,
    /// Those who fetch and bring.
    logistics: Audience,
    /// Those whose firm it is.
    owners: Audience,
    /// Version of the audiences, as in the `ETag`; 0 before they are named for the first time.
    version: u64,
}

impl AudiencesView {
    fn of(stream: &Stream<Audiences>) -> Self {
        let Recipients { accounts, logistics, owners } = stream.state().recipients().clone();
        Self { accounts, logistics, owners, version: stream.version() }
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/audiences")
                .access(Access::Requires("notification:read"))
                .summary("Who is told of deals")
                .answers::<AudiencesView>(200, "Every audience with its recipients.")
                .handler(show),
        )
        .add(
            Route::put("/v1/audiences")
                .access(Access::Requires("notification:write"))
                .summary("Name everybody who is told of deals")
                .description("Messages that are planned already still go to whom they were planned for.")
                .answers::<AudiencesView>(200, "They are told from now on.")
                .handler(replace),
        )
}

async fn show(State(api): State<Api>, caller: Caller, known: IfNoneMatch) -> Result<Reply, Problem> {
    let notifications = api.notifications_of(&caller);
    let stream = notifications.store.load(&audiences_stream(&notifications.tenant)).await;
    let view = AudiencesView::of(&stream.map_err(|e| errors::unreadable(&e))?);
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)).unless_known(&known))
}

async fn replace(State(api): State<Api>, request: Changing<ReplaceAudiences>) -> Result<Reply, Problem> {
    let recipients = Recipients {
        accounts: audience(request.body.accounts),
        logistics: audience(request.body.logistics),
        owners: audience(request.body.owners),
    };
    let asked = changing(&request.caller, Some(request.if_match.expected()));
    let replaced = replace_audiences(&api.notifications_of(&request.caller), &asked, recipients).await;
    let view = AudiencesView::of(&replaced.map_err(|e| errors::audiences(&e))?.stream);
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}

pub(super) fn audience(recipients: Items<RecipientBody, 0, 20>) -> Audience {
    recipients.into_iter().map(|body| body.0).collect()
}
