//! `/v1/parties`

use axum::extract::State;
use customer_domain::{PartyId, Tag};
use event_store::{Idempotency, Position, Request};
use http_kit::{
    Access, Caller, Changing, Creating, CursorToken, IfNoneMatch, Limit, Page, Parsed, PathId, Problem,
    ProblemKind, QueryParams, Reply, Route, Routes, Words, request_body,
};
use serde_json::json;

use super::bodies::{ChangeParty, CreateParty};
use super::fields::PartyRole;
use super::{Api, COSTS, answer, changing, errors, tagged, view};
use crate::Found;
use crate::card::PartyCard;
use crate::commands::{change_party, create_party};
use crate::party_view::PartyView;
use crate::queries::{PartyFilter, parties};

request_body! {
    /// Which parties to list.
    pub struct PartyQuery {
        /// Only with this role.
        pub role: Option<PartyRole>,
        /// `true`: only those the firm trades with; `false`: only the others.
        pub active: Option<bool>,
        /// Only with this tag.
        pub tag: Option<Parsed<Tag>>,
        /// Only those whose name begins like this, whatever its case, accents, hyphens and blanks.
        pub q: Option<Words<120, 60>>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/parties")
                .access(Access::Requires("party:read"))
                .summary("List parties in order of their names")
                .description(
                    "Merged parties are not listed. Nothing personal is in the list, and credit limits need \
                     `cost:read`.",
                )
                .answers::<Page<PartyCard>>(
                    200,
                    "A page of parties; it may be short of its limit and still have a next one.",
                )
                .handler(list),
        )
        .add(
            Route::post("/v1/parties")
                .access(Access::Requires("party:write"))
                .summary("Enter a party")
                .answers::<PartyView>(201, "It was entered.")
                .refuses(
                    ProblemKind::Conflict,
                    "One of the names leads to another party: `existingId`, also in `Location`.",
                )
                .example(json!({
                    "name": "Ivory Ice-cream Cups", "roles": ["customer"], "tags": ["raffia"],
                    "contacts": [{ "name": "Asha Rao", "phones": ["+919876543210"], "emails": ["asha@ivory.example"] }],
                    "addresses": [{ "lines": "12, MIDC Road", "city": "Bhiwandi", "postalCode": "421302", "stateCode": "27" }],
                    "gstin": "27AAPFU0939F1ZV", "paymentTermsDays": 30, "creditLimitInr": "500000.00",
                }))
                .handler(create),
        )
        .add(
            Route::get("/v1/parties/{id}")
                .access(Access::Requires("party:read"))
                .summary("Read a party")
                .description(
                    "The id of a merged party answers the party it leads to, with `mergedFrom`. People and addresses \
                     need `party:contacts`, the credit limit `cost:read`.",
                )
                .answers::<PartyView>(200, "The party.")
                .handler(read),
        )
        .add(
            Route::patch("/v1/parties/{id}")
                .access(Access::Requires("party:write"))
                .summary("Change a party")
                .answers::<PartyView>(200, "It was changed.")
                .refuses(
                    ProblemKind::Conflict,
                    "A name leads to another party, or the party is merged (`existingId` says which), or erased.",
                )
                .handler(change),
        )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<PartyQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let PartyQuery { role, active, tag, q, limit, cursor } = query.params;
    let after: Option<Position> =
        cursor.as_ref().map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let filter = PartyFilter {
        role: role.map(Into::into),
        active,
        tag: tag.map(|tag| tag.0),
        q: q.map(Words::into_string),
    };
    let found = parties(&api.customers_of(&caller), &filter, usize::from(limit.get()), after).await;
    let found = found.map_err(|e| errors::unlisted(&e))?;
    let rows = found.rows.into_iter().map(|row| COSTS.show_rendered(&caller.principal, row.body));
    let data = rows.collect::<Result<Vec<_>, _>>()?;
    let next_cursor = found.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}

async fn create(State(api): State<Api>, request: Creating<CreateParty>) -> Result<Reply, Problem> {
    let customers = api.customers_of(&request.caller);
    let asked = Request {
        idempotency: Some(Idempotency {
            key: request.derived_id().simple().to_string(),
            fingerprint: request.fingerprint.clone(),
        }),
        ..Request::new(request.caller.provenance())
    };
    let (id, outcome) =
        create_party(&customers, asked, request.body.into()).await.map_err(|e| errors::written(&e))?;
    let found = Found { id, merged_from: None, stream: outcome.stream };
    let view = view(&customers, &found, &request.caller).await?;
    let reply = Reply::created(&format!("/v1/parties/{id}"), &view)?.replayed(outcome.replayed);
    Ok(tagged(reply, &view, &request.caller))
}

async fn read(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    caller: Caller,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let customers = api.customers_of(&caller);
    let found = customers.find(id).await.map_err(|e| errors::unreadable(&e))?;
    let found = found.ok_or_else(|| Problem::not_found("party"))?;
    let reply = answer(&customers, &found, &caller).await?;
    Ok(reply.unless_known(&known))
}

async fn change(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    request: Changing<ChangeParty>,
) -> Result<Reply, Problem> {
    let customers = api.customers_of(&request.caller);
    let asked = changing(&request.caller, Some(request.if_match.expected()));
    let outcome =
        change_party(&customers, asked, id, request.body.into()).await.map_err(|e| errors::written(&e))?;
    answer(&customers, &Found { id, merged_from: None, stream: outcome.stream }, &request.caller).await
}
