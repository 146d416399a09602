//! `GET /v1/sync/rows`

use axum::extract::State;
use event_store::Position;
use http_kit::{
    Access, Caller, CursorToken, IfNoneMatch, Limit, Page, Problem, QueryParams, Reply, Route, Routes,
    request_body, request_enum,
};
use serde_json::value::RawValue;
use sync_domain::DealId;

use super::{Api, errors};
use crate::queries::rows;
use crate::row_view::RowView;

request_enum! {
    /// Where a row stands.
    pub enum StateName {
        /// Of an imported deal, and waits until a run releases it.
        Held => "held",
        /// Waits for the next flush.
        Pending => "pending",
        /// Stands in the sheet as wanted.
        Written => "written",
        /// Stands in the sheet with cells that people changed.
        Conflict => "conflict",
        /// Was deleted from the sheet by people.
        Orphaned => "orphaned",
    }
}

request_body! {
    /// Which rows to list.
    pub struct RowsQuery {
        /// Only in this state.
        pub state: Option<StateName>,
        /// Only of this deal.
        pub deal_id: Option<DealId>,
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::get("/v1/sync/rows")
            .access(Access::Requires("sync:read"))
            .summary("List rows by the day of their deals, oldest first")
            .answers::<Page<RowView>>(200, "A page of rows.")
            .handler(list),
    )
}

async fn list(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<RowsQuery>,
    known: IfNoneMatch,
) -> Result<Reply, Problem> {
    let params = &query.params;
    let cursor = params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let state = params.state.map(StateName::as_str);
    let limit = usize::from(params.limit.get());
    let page = rows(&api.sheets_of(&caller), state, params.deal_id, limit, after).await;
    let page = page.map_err(|e| errors::unlisted(&e))?;
    let rows = page.rows.into_iter().map(|row| RawValue::from_string(row.body));
    let data = rows.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::internal(&error))?;
    let next_cursor = page.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}
