//! `POST /v1/deals`, `POST /v1/deals/{id}/cancel`

use axum::extract::State;
use axum::response::IntoResponse;
use deal_domain::deal::{CostedSource, Shortage, Status};
use deal_domain::{Deal, DealId};
use event_store::{Idempotency, Request, Stream};
use http_kit::{
    Access, Caller, Creating, ETag, Input, PathId, Prefer, Problem, ProblemKind, Reply, Route, Routes, Text,
    request_body,
};
use kernel::Inr;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::linked::LinkedDeal;
use super::registration::{RegisteredSale, Registering};
use super::{Api, COSTS, changing, errors};
use crate::commands::{Missing, Preview, await_decision, cancel_deal, preview_deal, register_deal};
use crate::deal_view::DealView;

/// What entering a party needs, here as in the customer context.
const ENTER_PARTIES: &str = "party:write";

request_body! {
    /// Why a deal is called off.
    pub struct CancelDeal {
        /// In the trader's words.
        pub reason: Option<Text<1, 500>>,
    }
}

/// What registering a deal would lead to now.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PreviewView {
    /// `confirmed` or `rejected`.
    would_be: &'static str,
    /// What the customer would pay.
    revenue_inr: Inr,
    /// What the material would cost; absent when the deal would be rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_inr: Option<Inr>,
    /// Revenue less cost; absent when the deal would be rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    margin_inr: Option<Inr>,
    /// The sources with their rates; purchased lots get their numbers only when the deal is registered.
    sources: Vec<CostedSource>,
    /// Every lot that is short.
    problems: Vec<Shortage>,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::post("/v1/deals")
                .access(Access::Requires("deal:write"))
                .summary("Register a deal")
                .description(
                    "Answers 202 with the pending deal, or with `Prefer: wait=N` 201 once it is decided. With \
                     `validateOnly=true` it answers cost, margin and problems, and writes nothing. A customer or supplier \
                     that nobody has entered is refused with those whose names are nearest, or entered with \
                     `createMissing=true` (needs `party:write` too).",
                )
                .answers::<PreviewView>(200, "What the deal would lead to (`validateOnly=true`).")
                .answers::<LinkedDeal>(201, "It was decided within the wait.")
                .answers::<LinkedDeal>(202, "It was registered and waits for stock.")
                .handler(register),
        )
        .add(
            Route::post("/v1/deals/{id}/cancel")
                .access(Access::Requires("deal:cancel"))
                .summary("Call a deal off; its material becomes available again")
                .answers::<LinkedDeal>(200, "It is cancelled, now or already.")
                .refuses(ProblemKind::Conflict, "The deal was rejected.")
                .handler(cancel),
        )
}

async fn register(
    State(api): State<Api>,
    prefer: Prefer,
    request: Creating<RegisteredSale, Registering>,
) -> Result<Reply, Problem> {
    let deals = api.deals_of(&request.caller);
    let id = DealId::new(request.derived_id());
    let asked = Request {
        idempotency: Some(Idempotency { key: id.to_string(), fingerprint: request.fingerprint }),
        ..Request::new(request.caller.provenance())
    };
    let RegisteredSale(sale) = request.body;
    let missing = if request.query.create_missing { Missing::Create } else { Missing::Refuse };
    if missing == Missing::Create && !request.caller.principal.may(ENTER_PARTIES) {
        return Err(Problem::forbidden(ENTER_PARTIES));
    }
    if request.query.validate_only {
        let preview = preview_deal(&deals, &asked.provenance, sale, missing).await;
        return previewed(&request.caller, preview.map_err(|e| errors::registration(&e))?);
    }
    let registered = register_deal(&deals, &asked, id, sale, missing).await;
    let registered = registered.map_err(|e| errors::registration(&e))?;
    let replayed = registered.outcome.replayed;
    let mut stream = registered.outcome.stream;
    if let Some(until) = prefer.until(deals.clock.now()) {
        let waited = await_decision(&deals, id, until).await;
        stream = waited.map_err(|e| errors::unreadable(&e))?;
    }
    let deal = shown(&request.caller, id, &stream)?;
    let location = format!("/v1/deals/{id}");
    let pending = stream.state().registered().is_some_and(|deal| deal.status == Status::Pending);
    let reply = if pending {
        Reply::accepted(&location, &deal.shown)?
    } else {
        Reply::created(&location, &deal.shown)?
    };
    Ok(reply.etag(&ETag::version(deal.version)).preference_applied(&prefer).replayed(replayed))
}

async fn cancel(
    State(api): State<Api>,
    PathId(id): PathId<DealId>,
    caller: Caller,
    body: Input<CancelDeal>,
) -> Result<impl IntoResponse, Problem> {
    let reason = body.0.reason.map(Text::into_string);
    let outcome = cancel_deal(&api.deals_of(&caller), &changing(&caller, None), id, reason).await;
    let stream = outcome.map_err(|e| errors::deal(&e))?.stream;
    let deal = shown(&caller, id, &stream)?;
    Ok(Reply::ok(&deal.shown)?.etag(&ETag::version(deal.version)))
}

/// A deal as somebody may see it.
pub(super) struct ShownDeal {
    pub(super) shown: Box<RawValue>,
    pub(super) version: u64,
}

pub(super) fn shown(caller: &Caller, id: DealId, stream: &Stream<Deal>) -> Result<ShownDeal, Problem> {
    let deal = stream.state().registered().ok_or_else(|| Problem::not_found("deal"))?;
    let view = LinkedDeal::of(DealView::of(id, deal, stream.version()));
    Ok(ShownDeal { shown: COSTS.show(&caller.principal, &view)?, version: stream.version() })
}

fn previewed(caller: &Caller, preview: Preview) -> Result<Reply, Problem> {
    let covered = preview.shortages.is_empty();
    let cost: Option<Inr> = covered.then(|| preview.sources.iter().map(CostedSource::cost).sum());
    let view = PreviewView {
        would_be: if covered { "confirmed" } else { "rejected" },
        revenue_inr: preview.revenue,
        cost_inr: cost,
        margin_inr: cost.map(|cost| preview.revenue - cost),
        sources: preview.sources,
        problems: preview.shortages,
    };
    Reply::ok(&COSTS.show(&caller.principal, &view)?)
}
