//! `GET`, `PUT /v1/audiences`

use axum::extract::State;
use event_store::Stream;
use http_kit::{
    Access, Caller, Changing, ETag, IfNoneMatch, Items, Problem, Reply, Route, Routes, Text, request_body,
};
use notification_domain::audience::Recipients;
use notification_domain::{Audience, Audiences, Recipient};
use schemars::JsonSchema;
use serde::Serialize;

use super::phone_number::PhoneNumber;
use super::{Api, changing, errors};
use crate::audiences_stream;
use crate::commands::replace_audiences;

request_body! {
    /// Somebody who is told, on WhatsApp.
    pub struct RecipientBody {
        /// How they are called.
        pub name: Text<1, 100>,
        /// Their number with country code; blanks, hyphens and parentheses do not matter.
        pub phone: PhoneNumber,
    }
}

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
    let recipient = |body: RecipientBody| Recipient { name: body.name.into_string(), phone: body.phone.0 };
    recipients.into_iter().map(recipient).collect()
}
