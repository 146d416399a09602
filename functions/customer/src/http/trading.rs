//! `/v1/parties/{id}/deals`, `/v1/parties/{id}/supplies`, `/v1/parties/{id}/stats`

use axum::extract::State;
use customer_domain::PartyId;
use customer_domain::party::Known;
use http_kit::{
    Access, Caller, CursorToken, IfNoneMatch, Limit, Page, PathId, Problem, QueryParams, Reply, Route,
    Routes, request_body,
};
use serde_json::value::RawValue;

use super::{Api, COSTS, errors};
use crate::queries::{Side, TradeStats, deals, stats};
use crate::supply::SupplyEntry;
use crate::trade::DealEntry;
use crate::{Customers, Found};

request_body! {
    /// Which page of a party's deals.
    pub struct DealsQuery {
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/parties/{id}/deals")
                .access(Access::Requires("party:read"))
                .summary("List what a party has bought, newest first")
                .description(
                    "Deals of the party, under any of its names and of every party merged into it; cancelled ones say so. Rates and \
                     amounts need `cost:read`.",
                )
                .answers::<Page<DealEntry>>(200, "A page of deals.")
                .handler(bought),
        )
        .add(
            Route::get("/v1/parties/{id}/supplies")
                .access(Access::Requires("party:read"))
                .summary("List the deals that sold material of a party, newest first")
                .description(
                    "What each deal took of the party's material, under any of its names and of every party merged into \
                     it; cancelled ones say so. Rates and \
                     amounts need `cost:read`.",
                )
                .answers::<Page<SupplyEntry>>(200, "A page of deals with their sources from this party.")
                .handler(supplied),
        )
        .add(
            Route::get("/v1/parties/{id}/stats")
                .access(Access::Requires("party:read"))
                .summary("Sum up what a party has bought and supplied")
                .description("Rates and amounts need `cost:read`.")
                .answers::<TradeStats>(200, "Confirmed deals, each once.")
                .handler(sum),
        )
}

async fn bought(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    caller: Caller,
    query: QueryParams<DealsQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    list(&api, &caller, id, Side::Customer, &query, &known).await
}

async fn supplied(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    caller: Caller,
    query: QueryParams<DealsQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    list(&api, &caller, id, Side::Supplier, &query, &known).await
}

async fn list(
    api: &Api,
    caller: &Caller,
    id: PartyId,
    side: Side,
    query: &QueryParams<DealsQuery>,
    known: &IfNoneMatch,
) -> Result<Reply, Problem> {
    let cursor = query.params.cursor.as_ref();
    let after = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let customers = api.customers_of(caller);
    let party = find(&customers, id).await?;
    let limit = usize::from(query.params.limit.get());
    let page = deals(&customers, party.id, entered(&party)?, side, limit, after).await;
    let page = page.map_err(|e| errors::failed(&e))?;
    let rows = page.rows.into_iter().map(|row| COSTS.show_rendered(&caller.principal, row.body));
    let data: Vec<Box<RawValue>> = rows.collect::<Result<_, _>>()?;
    let next_cursor = page.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(known))
}

async fn sum(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let customers = api.customers_of(&caller);
    let party = find(&customers, id).await?;
    let sum = stats(&customers, party.id, entered(&party)?).await.map_err(|e| errors::failed(&e))?;
    Ok(Reply::ok(&COSTS.show(&caller.principal, &sum)?)?.etag_of_content().unless_known(&known))
}

async fn find(customers: &Customers, id: PartyId) -> Result<Found, Problem> {
    let found = customers.find(id).await.map_err(|e| errors::unreadable(&e))?;
    found.ok_or_else(|| Problem::not_found("party"))
}

fn entered(party: &Found) -> Result<&Known, Problem> {
    party.stream.state().known().ok_or_else(|| Problem::not_found("party"))
}
