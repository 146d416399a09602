use kernel::{Provenance, Tenant, Timestamp};
use sha2::{Digest, Sha256};

use super::{COMMIT_SK, GUARD_SK, Item, ItemError, malformed};
use crate::log::{AppendError, Commit, CommitRef, Guard, Hold, LARGEST_COMMIT_BYTES, StreamId};

/// Shards of a day in the index by time: they spread its writes.
pub(crate) const SHARDS: u8 = 4;

impl Item {
    /// A commit as it is stored.
    ///
    /// Fails as an append does: when the commit is too large for an item, when it names two tenants, or when it has no
    /// JSON form.
    pub(crate) fn from_commit(commit: &Commit) -> Result<Self, AppendError> {
        let provenance = &commit.provenance;
        if provenance.tenant != *commit.stream.tenant() {
            return Err(AppendError::Rejected("the stream belongs to another tenant".into()));
        }
        // Not in the canonical form that is hashed: that one knows no integers beyond 2^53.
        let json =
            |value: Result<String, serde_json::Error>| value.map_err(|e| AppendError::Rejected(e.into()));
        let mut item = Self::keyed(commit.stream.to_string(), sort_key(commit.first))
            .with_number("first", commit.first)
            .with_number("last", commit.last)
            .with_text("events", json(serde_json::to_string(&commit.events))?)
            .with_text("cid", commit.id.to_string())
            .with_text("at", format!("{}#{}", commit.at, commit.id))
            .with_text("ds", day_shard(&commit.at.utc_day(), shard(&commit.stream)))
            .with_text("corr", provenance.correlation.as_str())
            .with_text("actor", provenance.actor.as_str())
            .with_text("prev", commit.prev.to_string())
            .with_text("hash", commit.hash.to_string());
        if let Some(causation) = &provenance.causation {
            item = item.with_text("caus", causation);
        }
        if let Some(traceparent) = &provenance.traceparent {
            item = item.with_text("trace", traceparent.as_str());
        }
        if let Some(idempotency) = &commit.idempotency {
            item = item.with_text("idem", json(serde_json::to_string(idempotency))?);
        }
        if let Some(snapshot) = &commit.snapshot {
            item = item.with_text("snap", json(serde_json::to_string(snapshot))?);
        }
        match item.bytes() {
            bytes if bytes > LARGEST_COMMIT_BYTES => Err(AppendError::TooLarge { bytes }),
            _ => Ok(item),
        }
    }

    /// The commit of an item; what the item holds besides is ignored.
    pub(crate) fn into_commit(mut self) -> Result<Commit, ItemError> {
        let stream: StreamId = self.take("pk")?.parse().map_err(malformed("pk"))?;
        let idempotency = self.take_optional("idem")?;
        let snapshot = self.take_optional("snap")?;
        Ok(Commit {
            first: self.take_number("first")?.ok_or(ItemError::Missing("first"))?,
            last: self.take_number("last")?.ok_or(ItemError::Missing("last"))?,
            events: serde_json::from_str(&self.take("events")?).map_err(malformed("events"))?,
            id: self.take("cid")?.parse().map_err(malformed("cid"))?,
            at: instant(&self.take("at")?)?,
            provenance: Provenance {
                tenant: stream.tenant().clone(),
                actor: self.take("actor")?.parse().map_err(malformed("actor"))?,
                correlation: self.take("corr")?.parse().map_err(malformed("corr"))?,
                causation: self.take_optional("caus")?,
                traceparent: self
                    .take_optional("trace")?
                    .map(|text| text.parse().map_err(malformed("trace")))
                    .transpose()?,
            },
            idempotency: idempotency
                .map(|text| serde_json::from_str(&text).map_err(malformed("idem")))
                .transpose()?,
            prev: self.take("prev")?.parse().map_err(malformed("prev"))?,
            hash: self.take("hash")?.parse().map_err(malformed("hash"))?,
            snapshot: snapshot
                .map(|text| serde_json::from_str(&text).map_err(malformed("snap")))
                .transpose()?,
            stream,
        })
    }

    /// What the index by time holds of a commit: its keys.
    #[cfg_attr(not(feature = "dynamodb"), expect(dead_code, reason = "only tables have indexes"))]
    pub(crate) fn into_commit_ref(mut self) -> Result<CommitRef, ItemError> {
        let sk = self.take("sk")?;
        let digits = sk.strip_prefix(COMMIT_SK).unwrap_or_default();
        Ok(CommitRef {
            at: instant(&self.take("at")?)?,
            stream: self.take("pk")?.parse().map_err(malformed("pk"))?,
            first: digits.parse().map_err(malformed("sk"))?,
        })
    }

    /// A guard as it is stored beside the commits; one that was released has no holder.
    #[cfg_attr(not(feature = "dynamodb"), expect(dead_code, reason = "the memory twin keeps guards apart"))]
    pub(crate) fn from_guard(tenant: &Tenant, guard: &Guard) -> Self {
        let item = Self::keyed(guard_pk(tenant, &guard.key), GUARD_SK);
        match guard.hold {
            Hold::Take => item.with_text("holder", guard.holder.as_str()),
            Hold::Release => item,
        }
    }
}

/// Where a commit stands within its stream; text order is order of sequence.
pub(crate) fn sort_key(first: u64) -> String {
    format!("{COMMIT_SK}{first:012}")
}

/// Partition of a guard.
pub(crate) fn guard_pk(tenant: &Tenant, key: &str) -> String {
    format!("T#{tenant}#guard#{key}")
}

/// Partition in the index by time.
pub(crate) fn day_shard(utc_day: &str, shard: u8) -> String {
    format!("{utc_day}#{shard}")
}

/// A stream stays in its shard for ever.
fn shard(stream: &StreamId) -> u8 {
    let digest: [u8; 32] = Sha256::digest(stream.to_string()).into();
    digest[0] % SHARDS
}

/// The instant of a position by time, `<instant>#<commit id>`.
fn instant(at: &str) -> Result<Timestamp, ItemError> {
    at.split('#').next().unwrap_or_default().parse().map_err(malformed("at"))
}
