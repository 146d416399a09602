//! `GET /v1/sync/rows`

use axum::extract::State;
use event_store::Position;
use http_kit::{
    Access, Caller, CursorToken, IfNoneMatch, Limit, Page, Problem, ProblemKind, QueryParams, Reply, Route,
    Routes, request_body, request_enum,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use sync_domain::DealId;

use super::{Api, errors};
use crate::queries::{ForeignLine, foreign, rows};
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
        /// Is not taken by the spreadsheet, which says why.
        Refused => "refused",
        /// A line that is no row of ours, read from the sheet itself: left as it is.
        Foreign => "foreign",
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

/// A row of ours, or a line that is none.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum ListedRow {
    /// A row.
    #[expect(dead_code, reason = "rows are passed through as they were rendered; this is their schema")]
    Row(RowView),
    /// A line.
    Foreign(ForeignLine),
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::get("/v1/sync/rows")
            .access(Access::Requires("sync:read"))
            .summary("List rows by the day of their deals, oldest first")
            .description(
                "With `state=foreign` the lines of the sheet that are no rows of ours, read from the sheet, the first 200.",
            )
            .answers::<Page<ListedRow>>(200, "A page of rows.")
            .refuses(ProblemKind::Conflict, "The spreadsheet cannot be used (`state=foreign`).")
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
    if matches!(params.state, Some(StateName::Foreign)) {
        let lines = foreign(&api.sheets_of(&caller)).await.map_err(|e| errors::sheet(&e))?;
        let data = lines.into_iter().map(ListedRow::Foreign).collect();
        return Reply::ok(&Page { data, next_cursor: None });
    }
    let state = params.state.map(StateName::as_str);
    let limit = usize::from(params.limit.get());
    let page = rows(&api.sheets_of(&caller), state, params.deal_id, limit, after).await;
    let page = page.map_err(|e| errors::unlisted(&e))?;
    let rows = page.rows.into_iter().map(|row| RawValue::from_string(row.body));
    let data = rows.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::internal(&error))?;
    let next_cursor = page.next.and_then(|position| api.cursors.seal(&query.scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content().unless_known(&known))
}
