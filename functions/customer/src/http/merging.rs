//! `/v1/parties/{id}/merge`, `…/unmerge`, `…/erase`

use axum::extract::State;
use customer_domain::PartyId;
use http_kit::{Access, Caller, Input, PathId, Problem, ProblemKind, Reply, Route, Routes};

use super::bodies::MergeInto;
use super::{Api, answer, changing, errors};
use crate::Found;
use crate::commands::{erase_party, merge_party, unmerge_party};
use crate::party_view::PartyView;

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::post("/v1/parties/{id}/merge")
                .access(Access::Requires("party:write"))
                .summary("Let a party lead to another, which it turned out to be")
                .description(
                    "Its id and its names keep leading to a party: to the other one from now on. Nothing is moved, and \
                     unmerging takes it back.",
                )
                .answers::<PartyView>(200, "The party it leads to, now or already.")
                .refuses(ProblemKind::Conflict, "It leads to another party already (`existingId`).")
                .handler(merge),
        )
        .add(
            Route::post("/v1/parties/{id}/unmerge")
                .access(Access::Requires("party:write"))
                .summary("Let a merged party stand for itself again")
                .answers::<PartyView>(200, "The party, on its own.")
                .refuses(ProblemKind::Conflict, "It leads to no other party.")
                .handler(unmerge),
        )
        .add(
            Route::post("/v1/parties/{id}/erase")
                .access(Access::Requires("party:erase"))
                .summary("Erase what is personal about a party, for good")
                .description(
                    "Destroys the key of its people, telephone numbers, addresses and tax numbers, and of every party \
                     that leads to the same one. Name, roles, terms and deals stay.",
                )
                .answers::<PartyView>(200, "What is left, now or already.")
                .handler(erase),
        )
}

async fn merge(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    caller: Caller,
    body: Input<MergeInto>,
) -> Result<Reply, Problem> {
    let customers = api.customers_of(&caller);
    let found = merge_party(&customers, &changing(&caller, None), id, body.0.into_id).await;
    answer(&customers, &found.map_err(|e| errors::merged(&e))?, &caller).await
}

async fn unmerge(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let customers = api.customers_of(&caller);
    let outcome = unmerge_party(&customers, &changing(&caller, None), id).await;
    let stream = outcome.map_err(|e| errors::party(&e))?.stream;
    answer(&customers, &Found { id, merged_from: None, stream }, &caller).await
}

async fn erase(
    State(api): State<Api>,
    PathId(id): PathId<PartyId>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let customers = api.customers_of(&caller);
    let found = erase_party(&customers, &changing(&caller, None), id).await;
    answer(&customers, &found.map_err(|e| errors::party(&e))?, &caller).await
}
