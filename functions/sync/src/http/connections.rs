//! `GET /v1/sync/connections`, `POST /v1/sync/connections/{id}/test`, `…/pause`, `…/resume`, `PUT …/policy`

use std::str::FromStr;

use axum::extract::State;
use http_kit::{
    Access, Caller, Input, Page, PathId, Problem, Reply, Route, Routes, request_body, request_enum,
};
use schemars::JsonSchema;
use serde::Serialize;
use sync_domain::{Grid, Policy};

use super::{Api, asked, errors};
use crate::commands::{header_fault, pause, resume, set_policy};
use crate::queries::{ConnectionView, connection};
use crate::{CONNECTION, Sheets};

/// The name of a connection; there is one.
#[derive(Debug, Clone, Copy, JsonSchema)]
struct ConnectionName;

/// Not the name of a connection.
#[derive(Debug, thiserror::Error)]
#[error("there is no such connection")]
struct NoConnection;

impl FromStr for ConnectionName {
    type Err = NoConnection;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == CONNECTION { Ok(Self) } else { Err(NoConnection) }
    }
}

request_enum! {
    /// Whose word counts where people changed a cell, and the deal changed too or cannot take it.
    pub enum PolicyName {
        /// The cell is written over.
        DatabaseWins => "database_wins",
        /// The deal is asked to take what people typed.
        SheetWins => "sheet_wins",
        /// Both stay until somebody says.
        Manual => "manual",
    }
}

request_body! {
    /// Whose word counts from now on.
    pub struct ChoosePolicy {
        /// Whose.
        pub policy: PolicyName,
    }
}

/// What a test of a connection found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TestView {
    /// Whether rows could be written. That the sheet may be written to shows only when something is.
    usable: bool,
    /// What is wrong, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Lines with a key of ours.
    rows: usize,
    /// Lines with content and no key of ours.
    foreign_lines: usize,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/sync/connections")
                .access(Access::Requires("sync:read"))
                .summary("List the connections to spreadsheets, and how they do")
                .answers::<Page<ConnectionView>>(200, "The connections.")
                .handler(list),
        )
        .add(
            Route::post("/v1/sync/connections/{id}/test")
                .access(Access::Requires("sync:run"))
                .summary("Read the sheet and check its columns")
                .answers::<TestView>(200, "What was found.")
                .handler(test),
        )
        .add(
            Route::post("/v1/sync/connections/{id}/pause")
                .access(Access::Requires("sync:run"))
                .summary("Write nothing until the connection is resumed")
                .answers::<ConnectionView>(200, "It is paused, now or already; rows wait.")
                .handler(stop),
        )
        .add(
            Route::post("/v1/sync/connections/{id}/resume")
                .access(Access::Requires("sync:run"))
                .summary("Write what waits")
                .answers::<ConnectionView>(200, "It flows, now or already.")
                .handler(go_on),
        )
        .add(
            Route::put("/v1/sync/connections/{id}/policy")
                .access(Access::Requires("sync:run"))
                .summary("Say whose word counts where people and deals disagree")
                .description(
                    "From the next flush on. Conflicts that are open stay open; a run meets them anew.",
                )
                .answers::<ConnectionView>(200, "It decides, now or already.")
                .handler(choose),
        )
}

async fn list(State(api): State<Api>, caller: Caller) -> Result<Reply, Problem> {
    let view = shown(&api.sheets_of(&caller)).await?;
    Reply::ok(&Page { data: vec![view], next_cursor: None })
}

async fn test(
    State(api): State<Api>,
    PathId(ConnectionName): PathId<ConnectionName>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let found = match api.sheets_of(&caller).spreadsheet.read().await {
        Ok(lines) => {
            let grid = Grid::of(lines);
            let problem = header_fault(&grid).map(|fault| fault.to_string());
            let (rows, foreign_lines) = (grid.keys().count(), grid.foreign.len());
            TestView { usable: problem.is_none(), problem, rows, foreign_lines }
        }
        Err(fault) => {
            let problem = Some(kernel::error::chain(&fault));
            TestView { usable: false, problem, rows: 0, foreign_lines: 0 }
        }
    };
    Reply::ok(&found)
}

async fn stop(
    State(api): State<Api>,
    PathId(ConnectionName): PathId<ConnectionName>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let sheets = api.sheets_of(&caller);
    pause(&sheets, &asked(&caller)).await.map_err(|e| errors::connection(&e))?;
    Reply::ok(&shown(&sheets).await?)
}

async fn go_on(
    State(api): State<Api>,
    PathId(ConnectionName): PathId<ConnectionName>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let sheets = api.sheets_of(&caller);
    resume(&sheets, &asked(&caller)).await.map_err(|e| errors::connection(&e))?;
    Reply::ok(&shown(&sheets).await?)
}

async fn choose(
    State(api): State<Api>,
    PathId(ConnectionName): PathId<ConnectionName>,
    caller: Caller,
    body: Input<ChoosePolicy>,
) -> Result<Reply, Problem> {
    let policy = match body.0.policy {
        PolicyName::DatabaseWins => Policy::DatabaseWins,
        PolicyName::SheetWins => Policy::SheetWins,
        PolicyName::Manual => Policy::Manual,
    };
    let sheets = api.sheets_of(&caller);
    set_policy(&sheets, &asked(&caller), policy).await.map_err(|e| errors::connection(&e))?;
    Reply::ok(&shown(&sheets).await?)
}

async fn shown(sheets: &Sheets) -> Result<ConnectionView, Problem> {
    connection(sheets).await.map_err(|e| errors::failed(&e))
}
