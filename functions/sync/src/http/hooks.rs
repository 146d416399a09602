//! `POST /v1/hooks/sheets`: open to everybody, because a script in the spreadsheet has no token of ours; the signature decides.

use axum::extract::State;
use http::HeaderMap;
use http_kit::{Access, Problem, ProblemKind, RawBody, Reply, Route, Routes};
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;
use crate::hook::is_signed;
use crate::ports::Work;

/// How long pokes count as one, in milliseconds: whoever types a row pokes for each cell.
const ONE_POKE_MS: i64 = 10_000;

/// What the script is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Poked {
    /// `queued`
    status: &'static str,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes.add(
        Route::post("/v1/hooks/sheets")
            .access(Access::Public)
            .summary("A script in the spreadsheet says that somebody typed")
            .description(
                "Signed by `X-Sheet-Signature: sha256=<hexadecimal HMAC-SHA-256>` over the bytes of the body, whatever they are. \
                 The sheet is looked at within seconds; pokes of ten seconds count as one.",
            )
            .answers::<Poked>(202, "The sheet is looked at.")
            .refuses(ProblemKind::Unauthenticated, "The signature is missing or wrong.")
            .handler(poke),
    )
}

async fn poke(State(api): State<Api>, headers: HeaderMap, body: RawBody) -> Result<Reply, Problem> {
    let signature = headers.get("x-sheet-signature").and_then(|value| value.to_str().ok());
    let secret = api.hook.key().await.map_err(|error| Problem::unavailable(error.as_ref()))?;
    if !is_signed(&secret, &body.0, signature) {
        return Err(Problem::unauthenticated("The signature is missing or wrong."));
    }
    let moment = api.sheets.clock.now().unix_ms().div_euclid(ONE_POKE_MS);
    let asked = api.sheets.work.ask(&Work::Pull, &format!("poke-{moment}")).await;
    asked.map_err(|error| Problem::unavailable(error.as_ref()))?;
    Reply::accepted("/v1/sync/rows?state=pending", &Poked { status: "queued" })
}
