//! `GET /v1/deals/{id}`, `GET /v1/deals/{id}/history`

use axum::extract::State;
use deal_domain::DealId;
use http_kit::{
    Access, Caller, ETag, IfNoneMatch, Page, PathId, Problem, QueryParams, Reply, Route, Routes, request_body,
};
use kernel::Timestamp;

use super::linked::LinkedDeal;
use super::{Api, COSTS, errors};
use crate::queries::{HistoryEntry, deal, deal_as_of, history};

request_body! {
    /// At which instant to look.
    pub struct AsOf {
        /// The deal as it stood then, e.g. `2026-11-22T09:30:00Z`; now when absent.
        pub as_of: Option<Timestamp>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/deals/{id}")
                .access(Access::Requires("deal:read"))
                .summary("Read a deal, as it stands or as it stood")
                .answers::<LinkedDeal>(200, "The deal.")
                .handler(read),
        )
        .add(
            Route::get("/v1/deals/{id}/history")
                .access(Access::RequiresBoth(["deal:read", "cost:read"]))
                .summary("Read everything that happened to a deal, oldest first")
                .description("Events tell rates and amounts.")
                .answers::<Page<HistoryEntry>>(200, "The whole history, from a verified chain.")
                .handler(story),
        )
}

async fn read(
    State(api): State<Api>,
    PathId(id): PathId<DealId>,
    caller: Caller,
    query: QueryParams<AsOf>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let found = match query.params.as_of {
        None => deal(&api.deals_of(&caller), id).await,
        Some(instant) => deal_as_of(&api.deals_of(&caller), id, instant).await,
    };
    let view = found.map_err(|e| errors::unreadable(&e))?.ok_or_else(|| Problem::not_found("deal"))?;
    let tag = ETag::version(view.version);
    let shown = COSTS.show(&caller.principal, &LinkedDeal::of(view))?;
    Ok(Reply::ok(&shown)?.etag(&tag).unless_known(&known))
}

async fn story(State(api): State<Api>, PathId(id): PathId<DealId>, caller: Caller) -> Result<Reply, Problem> {
    let found = history(&api.deals_of(&caller), id).await.map_err(|e| errors::unreadable(&e))?;
    let data = found.ok_or_else(|| Problem::not_found("deal"))?;
    Reply::ok(&Page { data, next_cursor: None })
}
