use std::fmt;
use std::str::FromStr;

use kernel::{CorrelationId, Provenance, Timestamp, Traceparent};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{StreamId, canonical};
use crate::BoxError;

/// Room for the canonical form of most commits.
const CANONICAL_BYTES: usize = 2_048;

/// SHA-256 of a commit, chained over its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first commit of a stream follows.
    pub const GENESIS: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Hash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

kernel::text_serde!(Hash, "^[0-9a-f]{64}$");

/// A request's own identity, kept with the commit it led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    /// The `Idempotency-Key`, scoped by principal and route.
    pub key: String,
    /// SHA-256 of the canonical request: the same key with another body is refused.
    pub fingerprint: String,
}

/// What led to one event, where one commit answers several facts; it then stands instead of the commit's provenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The fact's id.
    pub fact: String,
    /// What it belongs to.
    pub correlation: CorrelationId,
    /// The trace it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<Traceparent>,
}

/// One event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// What led to it, where that differs from the rest of its commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The event itself, internally tagged with `type`.
    pub data: Value,
}

impl StoredEvent {
    /// The event, read without a copy of what is stored.
    ///
    /// # Errors
    /// When it is none of `E`'s.
    pub fn decode<E: DeserializeOwned>(&self) -> Result<E, serde_json::Error> {
        E::deserialize(&self.data)
    }
}

/// The folded state after a commit, embedded in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The shape of `state`; a reader ignores snapshots of a schema it does not know.
    pub schema: String,
    /// Aggregate and idempotency keys as [`crate::Stream`] folds them.
    pub state: Value,
}

/// What one append wrote: one item holding all its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Sequence of its first event, from 1.
    pub first: u64,
    /// Sequence of its last event.
    pub last: u64,
    /// Its events, at least one.
    pub events: Vec<StoredEvent>,
    /// Its own identity; tells an own earlier attempt from somebody else's commit.
    pub id: Uuid,
    /// When it was made.
    pub at: Timestamp,
    /// Where it came from.
    pub provenance: Provenance,
    /// The request it answers, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<Idempotency>,
    /// Hash of the commit before it, [`Hash::GENESIS`] for the first.
    pub prev: Hash,
    /// Hash of this commit.
    pub hash: Hash,
    /// Derived state; not part of the hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
}

/// Why a sequence of commits is not a stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// Sequences do not follow each other.
    #[error("expected sequence {expected}, found {found}")]
    Gap {
        /// The sequence that had to come.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// A commit does not name the hash of the one before it.
    #[error("commit {0} does not follow the one before it")]
    Unchained(u64),
    /// A commit's contents are not what was hashed.
    #[error("commit {0} does not match its hash")]
    Altered(u64),
}

/// The hashed part of a commit.
#[derive(Serialize)]
struct Hashed<'a> {
    stream: &'a StreamId,
    first: u64,
    last: u64,
    events: &'a [StoredEvent],
    id: Uuid,
    at: Timestamp,
    provenance: &'a Provenance,
    idempotency: &'a Option<Idempotency>,
    prev: Hash,
}

impl Commit {
    /// SHA-256 over the canonical JSON (RFC 8785) of everything but the hash and the snapshot.
    ///
    /// # Errors
    /// When the contents have no canonical form, which a non-finite number would be the only reason for.
    pub fn compute_hash(&self) -> Result<Hash, BoxError> {
        let hashed = Hashed {
            stream: &self.stream,
            first: self.first,
            last: self.last,
            events: &self.events,
            id: self.id,
            at: self.at,
            provenance: &self.provenance,
            idempotency: &self.idempotency,
            prev: self.prev,
        };
        let mut canonical = Vec::with_capacity(CANONICAL_BYTES);
        canonical::write(&mut canonical, &serde_json::to_value(&hashed)?)?;
        Ok(Hash(Sha256::digest(canonical).into()))
    }
}

/// Checks that `commits` follow each other and that each is what was hashed.
///
/// `commits` may start in the middle of a stream (at a snapshot); the first one's predecessor is then taken on trust.
///
/// # Errors
/// The first break found.
pub fn verify(commits: &[Commit]) -> Result<(), BrokenChain> {
    let mut before: Option<(u64, Hash)> = None;
    for commit in commits {
        let (expected, prev) = match before {
            Some((last, hash)) => (last.saturating_add(1), hash),
            None if commit.first == 1 => (1, Hash::GENESIS),
            None => (commit.first, commit.prev),
        };
        if commit.first != expected {
            return Err(BrokenChain::Gap { expected, found: commit.first });
        }
        let span = u64::try_from(commit.events.len()).unwrap_or(u64::MAX);
        if span == 0 || commit.last != commit.first.saturating_add(span - 1) {
            return Err(BrokenChain::Gap { expected: commit.first.saturating_add(span), found: commit.last });
        }
        if commit.prev != prev {
            return Err(BrokenChain::Unchained(commit.first));
        }
        if commit.compute_hash().ok() != Some(commit.hash) {
            return Err(BrokenChain::Altered(commit.first));
        }
        before = Some((commit.last, commit.hash));
    }
    Ok(())
}
