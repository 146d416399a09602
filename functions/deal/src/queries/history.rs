use deal_domain::DealId;
use deal_domain::deal::DealEvent;
use event_store::LogError;
use kernel::{Actor, CorrelationId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Deals, deal_stream};

/// One event of a deal, with who, when and why.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Sequence of the event in the deal's stream, from 1.
    pub sequence: u64,
    /// `requested`, `imported`, `importWithdrawn`, `confirmed`, `rejected`, `cancelled`, `commentsAmended` or `termsAmended`.
    pub what: &'static str,
    /// When.
    pub at: Timestamp,
    /// Who, or which context, did it.
    pub actor: Actor,
    /// What it belongs to.
    pub correlation_id: CorrelationId,
    /// The fact that led to it, if a fact did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// Hash of its commit, chained over the deal's stream.
    pub hash: String,
    /// What exactly happened.
    pub details: serde_json::Value,
}

/// Everything that happened to a deal, oldest first, from a verified chain; `None` when there is no such deal.
///
/// # Errors
/// When the log cannot be read or the chain is broken.
pub async fn history(deals: &Deals, id: DealId) -> Result<Option<Vec<HistoryEntry>>, LogError> {
    let stream = deal_stream(&deals.tenant, id);
    let commits = deals.store.history(&stream).await?;
    let mut entries = Vec::new();
    for commit in &commits {
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            let event: DealEvent = stored
                .decode()
                .map_err(|e| LogError::Broken { stream: stream.to_string(), source: e.into() })?;
            let mut details = stored.data.clone();
            if let Some(details) = details.as_object_mut() {
                details.remove("type");
            }
            let provenance = &commit.provenance;
            entries.push(HistoryEntry {
                sequence,
                what: what(&event),
                at: commit.at,
                actor: provenance.actor.clone(),
                correlation_id: provenance.correlation.clone(),
                causation_id: provenance.causation.clone(),
                hash: commit.hash.to_string(),
                details,
            });
        }
    }
    Ok((!entries.is_empty()).then_some(entries))
}

const fn what(event: &DealEvent) -> &'static str {
    match event {
        DealEvent::DealRequested { .. } => "requested",
        DealEvent::DealImported { .. } => "imported",
        DealEvent::DealConfirmed { .. } => "confirmed",
        DealEvent::DealRejected { .. } => "rejected",
        DealEvent::DealCancelled { .. } => "cancelled",
        DealEvent::DealImportWithdrawn => "importWithdrawn",
        DealEvent::CommentsAmended { .. } => "commentsAmended",
        DealEvent::TermsAmended { .. } => "termsAmended",
    }
}
