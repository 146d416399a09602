//! `GET /v1/sync/compare`

use axum::extract::State;
use event_store::Position;
use http_kit::{
    Access, Caller, CursorToken, Limit, Problem, ProblemKind, QueryParams, Reply, Route, Routes, request_body,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Api, errors};
use crate::queries::{RowDifference, compare};

request_body! {
    /// Which rows to compare.
    pub struct CompareQuery {
        /// How many.
        pub limit: Limit,
        /// Where to go on.
        pub cursor: Option<CursorToken>,
    }
}

/// How some rows differ.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ComparisonPage {
    /// The rows that differ, each with the cells that do.
    data: Vec<RowDifference>,
    /// Rows that were looked at for this page.
    compared: usize,
    /// Lines of the sheet, of all of it, with content and no key of ours.
    foreign_lines: usize,
    /// Goes on with further rows; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::get("/v1/sync/compare")
            .access(Access::Requires("sync:read"))
            .summary("Compare rows three ways: database, last written, sheet")
            .description("Reads the sheet. A page may be empty and still have a next one.")
            .answers::<ComparisonPage>(200, "The rows that differ.")
            .refuses(ProblemKind::Conflict, "The spreadsheet cannot be used.")
            .handler(differences),
    )
}

async fn differences(
    State(api): State<Api>,
    caller: Caller,
    query: QueryParams<CompareQuery>,
) -> Result<Reply, Problem> {
    let cursor = query.params.cursor.as_ref();
    let after: Option<Position> = cursor.map(|cursor| api.cursors.open(&query.scope, cursor)).transpose()?;
    let limit = usize::from(query.params.limit.get());
    let compared = compare(&api.sheets_of(&caller), limit, after).await;
    let compared = compared.map_err(|e| errors::comparison(&e))?;
    Reply::ok(&ComparisonPage {
        data: compared.differences,
        compared: compared.compared,
        foreign_lines: compared.foreign_lines,
        next_cursor: compared.next.and_then(|position| api.cursors.seal(&query.scope, &position)),
    })
}
