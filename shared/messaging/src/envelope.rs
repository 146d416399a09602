//! What travels on the bus.

use event_store::Commit;
use kernel::{Actor, CorrelationId, Tenant, Timestamp, Traceparent};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A fact as one of its readers understands it: the part of the published shape that the reader needs. Unknown fields
/// are ignored, so that additive changes keep the version.
pub trait Fact: DeserializeOwned {
    /// `<context>.<fact>`, e.g. `deal.confirmed`.
    const TYPE: &'static str;
    /// Raised by a breaking change only.
    const VERSION: u16 = 1;
}

/// A fact with its type and version, ready for the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// `<context>.<fact>`.
    pub fact_type: &'static str,
    /// Version of the shape of `data`.
    pub version: u16,
    /// Sequence of the event it publishes.
    pub sequence: u64,
    /// The fact as JSON.
    pub data: Value,
}

impl Publication {
    /// Publishes `fact` for the event at `sequence`.
    ///
    /// # Errors
    /// When the fact cannot be written as JSON.
    pub fn new(
        sequence: u64,
        fact_type: &'static str,
        version: u16,
        fact: &impl Serialize,
    ) -> Result<Self, FactError> {
        let data = serde_json::to_value(fact).map_err(FactError::Unwritable)?;
        Ok(Self { fact_type, version, sequence, data })
    }
}

/// A fact with everything a consumer needs to place it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// Identity of the fact: UUIDv5 of its commit, sequence and type, so that a re-run mints no second one.
    pub id: Uuid,
    /// `<context>.<fact>`.
    #[serde(rename = "type")]
    pub fact_type: String,
    /// Version of the shape of `data`.
    pub schema_version: u16,
    /// `polymer.<context>`.
    pub source: String,
    /// Whose fact it is.
    pub tenant_id: Tenant,
    /// Kind of the stream it comes from.
    pub stream_type: String,
    /// Which stream of that kind.
    pub stream_id: String,
    /// Sequence of the event in its stream.
    pub sequence: u64,
    /// The commit it was part of.
    pub commit_id: Uuid,
    /// Position among the facts of that commit, from 0.
    pub commit_index: u32,
    /// How many facts that commit published.
    pub commit_size: u32,
    /// When it happened.
    pub time: Timestamp,
    /// What it belongs to.
    pub correlation_id: CorrelationId,
    /// The fact or command that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// The trace it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<Traceparent>,
    /// Who acted.
    pub actor: Actor,
    /// Whether it is published again on purpose; consumers with outside effects must not repeat them.
    #[serde(default)]
    pub replay: bool,
    /// Hash of the commit, hexadecimal.
    pub hash: String,
    /// The fact.
    pub data: Value,
}

/// Why a fact cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FactError {
    /// The fact has no JSON form.
    #[error("the fact cannot be written")]
    Unwritable(#[source] serde_json::Error),
    /// It is not of the type or version that the reader knows.
    #[error("{found_type} v{found_version} is not {expected}")]
    Unknown {
        /// What came.
        found_type: String,
        /// In which version.
        found_version: u16,
        /// What the reader knows.
        expected: &'static str,
    },
    /// Its data is not of the published shape.
    #[error("the data of {fact_type} does not fit its schema")]
    Malformed {
        /// Which fact.
        fact_type: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
}

impl Envelope {
    /// Reads the fact.
    ///
    /// # Errors
    /// [`FactError`] when it is of another type or version, or its data does not fit.
    pub fn fact<F: Fact>(&self) -> Result<F, FactError> {
        if self.fact_type != F::TYPE || self.schema_version != F::VERSION {
            return Err(FactError::Unknown {
                found_type: self.fact_type.clone(),
                found_version: self.schema_version,
                expected: F::TYPE,
            });
        }
        F::deserialize(&self.data)
            .map_err(|source| FactError::Malformed { fact_type: self.fact_type.clone(), source })
    }
}

/// Namespace of derived fact identities.
const FACTS: Uuid = Uuid::from_u128(0x6f1d_9c2e_54b8_5a37_9e02_c7d1_83ab_40f6);

/// Puts the publications of one commit into envelopes.
#[must_use]
pub fn envelopes(context: &str, commit: &Commit, publications: Vec<Publication>) -> Vec<Envelope> {
    let size = u32::try_from(publications.len()).unwrap_or(u32::MAX);
    let provenance = &commit.provenance;
    (0..size)
        .zip(publications)
        .map(|(index, publication)| {
            let name = format!("{}#{}#{}", commit.id, publication.sequence, publication.fact_type);
            let id = Uuid::new_v5(&FACTS, name.as_bytes());
            let offset = publication.sequence.saturating_sub(commit.first);
            let event = usize::try_from(offset).ok().and_then(|position| commit.events.get(position));
            let cause = event.and_then(|event| event.cause.as_ref());
            let correlation = cause.map_or(&provenance.correlation, |cause| &cause.correlation);
            let trace = cause.map_or(provenance.traceparent.as_ref(), |cause| cause.traceparent.as_ref());
            Envelope {
                id,
                fact_type: publication.fact_type.to_owned(),
                schema_version: publication.version,
                source: format!("polymer.{context}"),
                tenant_id: commit.stream.tenant().clone(),
                stream_type: commit.stream.kind().to_owned(),
                stream_id: commit.stream.key().to_owned(),
                sequence: publication.sequence,
                commit_id: commit.id,
                commit_index: index,
                commit_size: size,
                time: commit.at,
                correlation_id: correlation.clone(),
                causation_id: cause.map(|cause| cause.fact.clone()).or_else(|| provenance.causation.clone()),
                traceparent: trace.map(|parent| parent.child(id)),
                actor: provenance.actor.clone(),
                replay: false,
                hash: commit.hash.to_string(),
                data: publication.data,
            }
        })
        .collect()
}
