//! `GET /v1/dlq`, `GET /v1/dlq/{queue}`, `POST /v1/dlq/{queue}/redrive`, `POST /v1/dlq/{queue}/discard`

use axum::extract::State;
use dead_letters::{Kind, Letter, Order, WorkError};
use futures_util::future::try_join_all;
use http_kit::{
    Access, Caller, Input, Items, PathId, Problem, ProblemKind, Reply, Route, Routes, Text, request_body,
};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::Gateway;
use crate::dead::Shown;

/// Letters that one request deals with at most: they are dealt with while the caller waits.
const MOST: usize = 100;
/// Letters that are dealt with in a second: whoever gets them again shall not be flooded.
const RATE: u32 = 20;

/// A queue of dead letters.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueView {
    /// Its name, as in the readiness report.
    name: String,
    /// Where its letters can go again; absent where they name positions in a log, which the outbox auditor relays by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    /// How many letters lie in it, about.
    letters: u64,
}

/// All queues of dead letters.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Queues {
    /// The queues.
    data: Vec<QueueView>,
}

/// A dead letter.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LetterView {
    /// Its identity while it lies there.
    id: String,
    /// When it was sent.
    sent_at: Timestamp,
    /// How often it was received, there and before.
    receipts: u32,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    /// Why it lies there, where it says so itself; the function's log says why in every case.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What it says.
    body: String,
}

impl LetterView {
    fn of(letter: &Letter) -> Self {
        Self {
            id: letter.id.clone(),
            sent_at: Timestamp::from_unix_ms(letter.sent_ms),
            receipts: letter.receipts,
            correlation_id: letter.correlation(),
            error: letter.error(),
            body: letter.body.clone(),
        }
    }
}

/// The letters in a queue.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Letters {
    /// At most a hundred; of a FIFO group the ten oldest. Somebody who looks at the same moment may see others.
    data: Vec<LetterView>,
}

request_body! {
    /// Which letters.
    pub struct Which {
        /// Only these; without them, the first hundred.
        pub ids: Option<Items<Text<1, 100>, 1, 100>>,
        /// Whether only to say which these are.
        pub validate_only: bool = false,
    }
}

/// What was done, or would be.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// Ids of the letters. Fewer than were named when some are not there any more.
    letters: Vec<String>,
    /// Whether nothing was done.
    validate_only: bool,
}

pub(super) fn add(routes: Routes<Gateway>) -> Routes<Gateway> {
    routes
        .add(
            Route::get("/v1/dlq")
                .access(Access::Requires("dlq:read"))
                .summary("The queues of dead letters")
                .description("What was tried so often that it is not tried any more waits there, for two weeks.")
                .answers::<Queues>(200, "Every queue, and how many letters lie in it.")
                .handler(list),
        )
        .add(
            Route::get("/v1/dlq/{queue}")
                .access(Access::Requires("dlq:read"))
                .summary("The letters in a queue")
                .answers::<Letters>(200, "The letters.")
                .handler(show),
        )
        .add(
            Route::post("/v1/dlq/{queue}/redrive")
                .access(Access::Requires("dlq:write"))
                .summary("Put letters back where they came from")
                .description("Whoever handles them knows what has happened already. Who did it is kept before it is done.")
                .answers::<Done>(200, "They are there.")
                .refuses(ProblemKind::Conflict, "Its letters cannot be put back.")
                .example(json!({ "validateOnly": true }))
                .handler(redrive),
        )
        .add(
            Route::post("/v1/dlq/{queue}/discard")
                .access(Access::Requires("dlq:write"))
                .summary("Throw letters away")
                .description("Who did it and what they said is kept before it is done.")
                .answers::<Done>(200, "They are gone.")
                .example(json!({ "ids": ["0b1e4f6a-8f0c-4a31-9f43-0a6c0e1b2d3c"] }))
                .handler(discard),
        )
}

async fn list(State(gateway): State<Gateway>, _: Caller) -> Result<Reply, Problem> {
    let queues = gateway.dead.queues().await.map_err(|error| Problem::unavailable(error.as_ref()))?;
    let depths = queues.into_iter().map(|shown| {
        let dead = &gateway.dead;
        async move {
            let letters = dead.depth(&shown).await?;
            Ok::<_, event_store::BoxError>(QueueView { name: shown.name, origin: shown.origin, letters })
        }
    });
    let data = try_join_all(depths).await.map_err(|error| Problem::unavailable(error.as_ref()))?;
    Reply::ok(&Queues { data })
}

async fn show(
    State(gateway): State<Gateway>,
    PathId(queue): PathId<String>,
    _: Caller,
) -> Result<Reply, Problem> {
    let shown = find(&gateway, &queue).await?;
    let letters = gateway.dead.look(&shown).await.map_err(|error| failed(&error))?;
    Reply::ok(&Letters { data: letters.iter().take(MOST).map(LetterView::of).collect() })
}

async fn redrive(
    State(gateway): State<Gateway>,
    PathId(queue): PathId<String>,
    caller: Caller,
    Input(which): Input<Which>,
) -> Result<Reply, Problem> {
    carry_out(&gateway, &queue, &caller, which, Kind::Redrive).await
}

async fn discard(
    State(gateway): State<Gateway>,
    PathId(queue): PathId<String>,
    caller: Caller,
    Input(which): Input<Which>,
) -> Result<Reply, Problem> {
    carry_out(&gateway, &queue, &caller, which, Kind::Discard).await
}

async fn carry_out(
    gateway: &Gateway,
    queue: &str,
    caller: &Caller,
    which: Which,
    kind: Kind,
) -> Result<Reply, Problem> {
    let shown = find(gateway, queue).await?;
    let order = Order {
        kind,
        actor: caller.principal.user_id.to_string(),
        ids: which.ids.into_iter().flatten().map(Text::into_string).collect(),
        rate: RATE,
        most: MOST,
        really: !which.validate_only,
        before_ms: gateway.clock.now().unix_ms(),
    };
    let letters = gateway.dead.carry_out(&shown, &order).await.map_err(|error| failed(&error))?;
    let letters: Vec<String> = letters.into_iter().map(|letter| letter.id).collect();
    tracing::info!(queue, kind = ?kind, letters = letters.len(), validate_only = which.validate_only, "dead letters");
    Reply::ok(&Done { letters, validate_only: which.validate_only })
}

async fn find(gateway: &Gateway, queue: &str) -> Result<Shown, Problem> {
    let found = gateway.dead.find(queue).await.map_err(|error| Problem::unavailable(error.as_ref()))?;
    found.ok_or_else(|| Problem::not_found("queue of dead letters"))
}

fn failed(error: &WorkError) -> Problem {
    match error {
        WorkError::NoOrigin(_) => Problem::conflict(error.to_string()),
        WorkError::Unread { .. } | WorkError::Failed { .. } => Problem::unavailable(error),
    }
}
