//! `GET /v1/sync/conflicts`, `POST /v1/sync/conflicts/{id}/resolve`

use axum::extract::State;
use event_store::Position;
use http_kit::{
    Access, Caller, CursorToken, IfNoneMatch, Input, Limit, Page, PathId, Problem, ProblemKind, QueryParams,
    Reply, Route, Routes, request_body, request_enum,
};
use serde_json::value::RawValue;
use sync_domain::{ConflictId, Policy};

use super::{Api, asked, errors};
use crate::commands::resolve;
use crate::conflict_view::ConflictView;
use crate::queries::{conflict, conflicts};

request_enum! {
    /// Whether a conflict still waits.
    pub enum Openness {
        /// Somebody has to say which value stands.
        Open => "open",
        /// One stands, or they came to agree.
        Resolved => "resolved",
    }
}

request_enum! {
    /// Whose value stands.
    pub enum Take {
        /// That of the deal: the cell is written over.
        Database => "database",
        /// That of the sheet: the deal is asked to take it.
        Sheet => "sheet",
    }
}

request_body! {
    /// Which conflicts to list.
    pub struct ConflictsQuery {
        /// Only these.
        pub state: Option<Openness>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

request_body! {
    /// Which of two values stands.
    pub struct ResolveConflict {
        /// Whose.
        pub take: Take,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/sync/conflicts")
                .access(Access::Requires("sync:read"))
                .summary("List cells in which people and the deal said different things")
                .description(
                    "Both values, whose they are and since when. Also what people typed where a deal takes nothing. In no order.",
                )
                .answers::<Page<ConflictView>>(200, "A page of conflicts.")
                .handler(list),
        )
        .add(
            Route::post("/v1/sync/conflicts/{id}/resolve")
                .access(Access::Requires("sync:run"))
                .summary("Say which of the two values stands")
                .description(
                    "Acted on by the next flush. A cell that was changed again in between is met anew; a deal that does not \
                     take the value leaves the conflict open and says why.",
                )
                .answers::<ConflictView>(200, "It is resolved, now or already in this way.")
                .refuses(ProblemKind::Conflict, "It was resolved in another way, or is gone.")
                .handler(decide),
        )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<ConflictsQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let params = &query.params;
    let cursor = params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let open = params.state.map(|state| matches!(state, Openness::Open));
    let page = conflicts(&api.sheets_of(&caller), open, usize::from(params.limit.get()), after).await;
    let page = page.map_err(|e| errors::unlisted(&e))?;
    let rows = page.rows.into_iter().map(|row| RawValue::from_string(row.body));
    let data = rows.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::internal(&error))?;
    let next_cursor = page.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}

async fn decide(
    State(api): State<Api>,
    PathId(id): PathId<ConflictId>,
    caller: Caller,
    body: Input<ResolveConflict>,
) -> Result<Reply, Problem> {
    let sheets = api.sheets_of(&caller);
    let listed = conflict(&sheets, id).await.map_err(|e| errors::failed(&e))?;
    let listed = listed.ok_or_else(|| Problem::not_found("conflict"))?;
    let take = match body.0.take {
        Take::Database => Policy::DatabaseWins,
        Take::Sheet => Policy::SheetWins,
    };
    let outcome = resolve(&sheets, &asked(&caller), listed.deal_id, (id, take)).await;
    let stream = outcome.map_err(|e| errors::rows(&e))?.stream;
    let rows = stream.state().known().into_iter().flat_map(|known| known.rows.values());
    let mut found = rows.flat_map(|row| &row.conflicts).filter(|conflict| conflict.id == id);
    let conflict = found.next().ok_or_else(|| Problem::not_found("conflict"))?;
    Reply::ok(&ConflictView::of(conflict))
}
