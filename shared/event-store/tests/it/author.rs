//! Writes commits by hand, so that the log is tested without what stands on it.

use event_store::log::{Hash, Snapshot, StoredEvent};
use event_store::{Commit, StreamId};
use kernel::{Provenance, Timestamp};
use serde_json::json;
use testkit::NOON;
use uuid::Uuid;

pub fn stream(key: &str) -> StreamId {
    stream_of("main", key)
}

pub fn stream_of(tenant: &str, key: &str) -> StreamId {
    StreamId::new(tenant.parse().unwrap(), "thing", key)
}

pub fn provenance(tenant: &str) -> Provenance {
    Provenance {
        tenant: tenant.parse().unwrap(),
        actor: "tester".parse().unwrap(),
        correlation: "test-1".parse().unwrap(),
        causation: None,
        traceparent: None,
    }
}

/// The only writer of a stream.
#[derive(Debug)]
pub struct Author {
    stream: StreamId,
    version: u64,
    head: Hash,
    at: Timestamp,
}

impl Author {
    pub fn of(stream: StreamId) -> Self {
        Self { stream, version: 0, head: Hash::GENESIS, at: NOON }
    }

    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = at;
        self
    }

    /// The next commit, of one small event.
    pub fn write(&mut self) -> Commit {
        self.write_with(|_| ())
    }

    /// The next commit, one millisecond later and adjusted before it is hashed.
    pub fn write_with(&mut self, adjust: impl FnOnce(&mut Commit)) -> Commit {
        let first = self.version + 1;
        let mut commit = Commit {
            stream: self.stream.clone(),
            first,
            last: first,
            events: vec![event(json!({ "type": "happened", "n": first }))],
            id: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{} {first}", self.stream).as_bytes()),
            at: self.at,
            provenance: provenance(self.stream.tenant().as_str()),
            idempotency: None,
            prev: self.head,
            hash: Hash::GENESIS,
            snapshot: None,
        };
        adjust(&mut commit);
        commit.last = first + commit.events.len() as u64 - 1;
        commit.hash = commit.compute_hash().unwrap();
        (self.version, self.head, self.at) = (commit.last, commit.hash, self.at.plus_ms(1));
        commit
    }

    /// The next commit with a snapshot of `schema`.
    pub fn write_snapshot(&mut self, schema: &str) -> Commit {
        let mut commit = self.write();
        let state = json!({ "upTo": commit.last });
        commit.snapshot = Some(Snapshot { schema: schema.to_owned(), state });
        commit
    }

    /// The next commit, whose event carries `bytes` bytes of text.
    pub fn write_large(&mut self, bytes: usize) -> Commit {
        self.write_with(|commit| {
            commit.events = vec![event(json!({ "type": "large", "text": "x".repeat(bytes) }))];
        })
    }
}

pub fn event(data: serde_json::Value) -> StoredEvent {
    StoredEvent { cause: None, data }
}

/// A commit that uses everything a commit can hold.
pub fn rich(author: &mut Author) -> Commit {
    let mut commit = author.write_with(|commit| {
        let mut caused =
            event(json!({ "type": "b", "text": "पॉलिमर \"x\" \n 😀", "whole": i64::MAX, "ratio": 0.1 }));
        caused.cause = Some(event_store::Cause {
            fact: "fact-7".to_owned(),
            correlation: "other-1".parse().unwrap(),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap()),
        });
        commit.events = vec![event(json!({ "type": "a", "list": [1, null, true] })), caused];
        commit.provenance.causation = Some("command-9".to_owned());
        commit.provenance.traceparent =
            Some("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01".parse().unwrap());
        commit.idempotency = Some(event_store::Idempotency {
            key: "user_1 POST /v1/things \"k\"".to_owned(),
            fingerprint: "f".repeat(64),
        });
    });
    let state = json!({ "total": 3, "names": ["é"] });
    commit.snapshot = Some(Snapshot { schema: "thing-1".to_owned(), state });
    commit
}
