//! `POST /v1/sync/runs`

use axum::extract::State;
use http_kit::{Access, Creating, Problem, ProblemKind, Reply, Route, Routes, ValidateOnly, request_body};
use schemars::JsonSchema;
use serde::Serialize;
use sync_domain::RunId;

use super::{Api, errors};
use crate::commands::start_run;
use crate::queries::{Preview, preview};

request_body! {
    /// A look at every row.
    pub struct StartRun {
        /// Whether rows of imported deals, which are held, go into the sheet too.
        pub release_held: bool = false,
        /// Whether rows that people deleted are written again.
        pub restore_deleted: bool = false,
    }
}

/// A run that was asked for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RunView {
    /// Also the correlation id of everything it does.
    id: RunId,
    /// `queued`: rows become pending as it comes to them, and written as the flushes come to those.
    status: &'static str,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::post("/v1/sync/runs")
            .access(Access::Requires("sync:run"))
            .summary("Look at every row of every tab again and write what differs")
            .description(
                "A run that finds every row as wanted changes no cell. The tabs of stock, products and parties are compared \
                 too. With `validateOnly=true` it answers what it would do to the rows of deals, and writes nothing.",
            )
            .answers::<Preview>(200, "What it would do (`validateOnly=true`).")
            .answers::<RunView>(202, "It was asked for.")
            .refuses(ProblemKind::Conflict, "The spreadsheet cannot be used (`validateOnly=true`).")
            .handler(start),
    )
}

async fn start(State(api): State<Api>, request: Creating<StartRun, ValidateOnly>) -> Result<Reply, Problem> {
    let sheets = api.sheets_of(&request.caller);
    let release = request.body.release_held;
    if request.query.validate_only {
        return Reply::ok(&preview(&sheets, release).await.map_err(|e| errors::comparison(&e))?);
    }
    let id = RunId::new(request.derived_id());
    start_run(&sheets, id, (release, request.body.restore_deleted)).await.map_err(|e| errors::failed(&e))?;
    Reply::accepted("/v1/sync/rows?state=pending", &RunView { id, status: "queued" })
}
