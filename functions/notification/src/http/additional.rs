//! `GET`, `PUT /v1/audiences/deals/{id}`: whom one deal is told to besides the audiences.

use axum::extract::State;
use event_store::Stream;
use http_kit::{
    Access, Caller, Changing, ETag, IfNoneMatch, Items, PathId, Problem, ProblemKind, Reply, Route, Routes,
    request_body,
};
use notification_domain::{AdditionalRecipients, Audience, DealId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::audiences::audience;
use super::recipient_card::RecipientBody;
use super::{Api, changing, errors};
use crate::additional_stream;
use crate::commands::replace_additional;

request_body! {
    /// Everybody whom the deal is told to besides the audiences.
    pub struct ReplaceAdditional {
        /// People outside the firm, such as a haulier or a broker; they never see a rate or an amount.
        pub recipients: Items<RecipientBody, 0, 20>,
    }
}

/// Everybody whom a deal is told to besides the audiences.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdditionalView {
    /// Of which deal.
    deal_id: DealId,
    /// Who is told.
    recipients: Audience,
    /// Version of the list, as in the `ETag`; 0 before anybody is named.
    version: u64,
}

impl AdditionalView {
    fn of(deal_id: DealId, stream: &Stream<AdditionalRecipients>) -> Self {
        Self { deal_id, recipients: stream.state().recipients().clone(), version: stream.version() }
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/audiences/deals/{id}")
                .access(Access::Requires("notification:tell"))
                .summary("Whom a deal is told to besides the audiences")
                .answers::<AdditionalView>(200, "Who is named; nobody, for a deal that nobody was named for.")
                .handler(show),
        )
        .add(
            Route::put("/v1/audiences/deals/{id}")
                .access(Access::Requires("notification:tell"))
                .summary("Name whom a deal is told to besides the audiences")
                .description(
                    "Whoever is named is told when the deal is confirmed, or at once when it is already, and told again \
                     if its delivery terms change or it is called off. Nobody is told the same twice. Who is not named any \
                     more hears nothing further.",
                )
                .answers::<AdditionalView>(200, "They are told.")
                .refuses(ProblemKind::Conflict, "The deal was rejected or called off.")
                .example(json!({ "recipients": [{ "name": "Konkan Roadways", "phone": "+919876543210" }] }))
                .handler(replace),
        )
}

async fn show(
    State(api): State<Api>,
    PathId(deal): PathId<DealId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let notifications = api.notifications_of(&caller);
    let stream = notifications.store.load(&additional_stream(&notifications.tenant, deal)).await;
    let view = AdditionalView::of(deal, &stream.map_err(|e| errors::unreadable(&e))?);
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)).unless_known(&known))
}

async fn replace(
    State(api): State<Api>,
    PathId(deal): PathId<DealId>,
    request: Changing<ReplaceAdditional>,
) -> Result<Reply, Problem> {
    let asked = changing(&request.caller, Some(request.if_match.expected()));
    let notifications = api.notifications_of(&request.caller);
    let recipients = audience(request.body.recipients);
    let replaced = replace_additional(&notifications, &asked, deal, recipients).await;
    let view = AdditionalView::of(deal, &replaced.map_err(|e| errors::additional(&e))?.stream);
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}
