use event_store::LogError;
use inventory_domain::stock::{MovementKind, StockEvent, movements};
use inventory_domain::{DealId, LotId};
use kernel::{Actor, Kg, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Inventory, stock_stream};

/// One change of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovementView {
    /// Sequence of the event in the stock's stream.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// `received`, `purchased`, `adjusted`, `reserved`, `sold` or `released`.
    pub kind: &'static str,
    /// How much; negative for a correction downwards.
    pub quantity_kg: Kg,
    /// For which deal, if for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal_id: Option<DealId>,
    /// The reason given for a correction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was available afterwards.
    pub available_kg: Kg,
    /// Who, or which context, did it.
    pub actor: Actor,
}

/// Everything that happened to a lot, oldest first; `None` when there is no such lot. Folds the whole stream.
///
/// # Errors
/// When the log cannot be read.
pub async fn lot_movements(inventory: &Inventory, lot: LotId) -> Result<Option<Vec<MovementView>>, LogError> {
    let stream = stock_stream(&inventory.tenant, lot.root());
    let commits = inventory.store.history(&stream).await?;
    let mut history = Vec::new();
    let mut actors = Vec::new();
    for commit in &commits {
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            let event: StockEvent = stored
                .decode()
                .map_err(|e| LogError::Broken { stream: stream.to_string(), source: e.into() })?;
            history.push(Recorded { sequence, at: commit.at, event });
            actors.push((sequence, &commit.provenance.actor));
        }
    }
    let found = movements(&history, lot.number());
    let shown: Vec<MovementView> = found
        .into_iter()
        .filter_map(|movement| {
            let position = actors.binary_search_by_key(&movement.sequence, |(sequence, _)| *sequence).ok()?;
            let (_, actor) = actors.get(position)?;
            Some(MovementView {
                sequence: movement.sequence,
                at: movement.at,
                kind: name(movement.kind),
                quantity_kg: movement.quantity,
                deal_id: movement.deal,
                reason: movement.reason,
                available_kg: movement.available,
                actor: (*actor).clone(),
            })
        })
        .collect();
    Ok((!shown.is_empty()).then_some(shown))
}

const fn name(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Received => "received",
        MovementKind::Purchased => "purchased",
        MovementKind::Adjusted => "adjusted",
        MovementKind::Reserved => "reserved",
        MovementKind::Sold => "sold",
        MovementKind::Released => "released",
    }
}
