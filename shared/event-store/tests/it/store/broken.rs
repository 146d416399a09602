//! A stream that does not hang together is not served.

use event_store::log::{BrokenChain, CommitLog, Hash, verify};
use event_store::{Commit, ExecuteError, LogError};
use serde_json::json;
use testkit::dynamodb::Tables;

use super::tally::{Tally, enter};
use super::{Fixture, request, store_on};
use crate::author::{Author, event, stream};

fn entered(author: &mut Author) -> Commit {
    author.write_with(|commit| {
        commit.events = vec![event(json!({ "type": "entered", "entry": commit.first.to_string() }))];
    })
}

/// Three good commits, of which a test spoils one.
fn chain() -> Vec<Commit> {
    let mut author = Author::of(stream("tally"));
    (0..3).map(|_| entered(&mut author)).collect()
}

async fn is_refused(commits: &[Commit]) {
    let fixture = Fixture::new();
    for commit in commits {
        fixture.memory.append(commit).await.unwrap();
    }
    let loaded = fixture.store.load::<Tally<0>>(&fixture.id).await;
    assert!(matches!(loaded, Err(LogError::Broken { .. })), "{loaded:?}");
    let loaded = fixture.store.load::<Tally<1>>(&fixture.id).await;
    assert!(matches!(loaded, Err(LogError::Broken { .. })), "{loaded:?}");
    assert!(matches!(fixture.store.history(&fixture.id).await, Err(LogError::Broken { .. })));
    let changed = fixture.store.execute::<Tally<0>>(&fixture.id, &request(), &enter("x")).await;
    assert!(matches!(changed, Err(ExecuteError::Log(LogError::Broken { .. }))), "{changed:?}");
    assert_eq!(fixture.commits(), commits.len(), "nothing is appended to it");
}

#[tokio::test]
async fn an_altered_event_breaks_the_stream() {
    let mut commits = chain();
    commits[1].events[0].data["entry"] = json!("something else");
    assert_eq!(verify(&commits), Err(BrokenChain::Altered(2)));
    is_refused(&commits).await;
}

#[test]
fn everything_in_a_commit_is_hashed() {
    let spoil: [fn(&mut Commit); 7] = [
        |commit| commit.id = uuid::Uuid::from_u128(1),
        |commit| commit.at = commit.at.plus_ms(1),
        |commit| commit.provenance.actor = "somebody".parse().unwrap(),
        |commit| commit.provenance.causation = Some("x".to_owned()),
        |commit| commit.stream = stream("elsewhere"),
        |commit| {
            commit.events[0].cause = Some(event_store::Cause {
                fact: "x".to_owned(),
                correlation: "c".parse().unwrap(),
                traceparent: None,
            })
        },
        |commit| {
            commit.idempotency =
                Some(event_store::Idempotency { key: "k".to_owned(), fingerprint: "f".to_owned() });
        },
    ];
    for spoil in spoil {
        let mut commits = chain();
        spoil(&mut commits[2]);
        assert_eq!(verify(&commits), Err(BrokenChain::Altered(3)));
    }
}

#[tokio::test]
async fn a_rewritten_commit_breaks_the_stream_at_the_next() {
    let mut commits = chain();
    commits[1].events[0].data["entry"] = json!("something else");
    commits[1].hash = commits[1].compute_hash().unwrap();
    assert_eq!(verify(&commits), Err(BrokenChain::Unchained(3)));
    is_refused(&commits).await;
}

#[tokio::test]
async fn a_first_commit_that_follows_something_breaks_the_stream() {
    let mut first = chain().remove(0);
    first.prev = first.hash;
    first.hash = first.compute_hash().unwrap();
    assert_ne!(first.prev, Hash::GENESIS);
    is_refused(&[first]).await;
}

#[tokio::test]
async fn an_event_that_cannot_be_read_breaks_the_stream() {
    let mut author = Author::of(stream("tally"));
    let fixture = Fixture::new();
    fixture.memory.append(&author.write()).await.unwrap();
    let loaded = fixture.store.load::<Tally<0>>(&fixture.id).await;
    assert!(matches!(loaded, Err(LogError::Broken { .. })), "{loaded:?}");
    assert_eq!(fixture.store.history(&fixture.id).await.unwrap().len(), 1, "though its chain is sound");
}

#[tokio::test]
async fn a_missing_commit_breaks_the_stream() {
    for missing in 0..2 {
        let mut commits = chain();
        commits.remove(missing);
        // Memory keeps no gaps; a table, somebody's hands in it, can.
        let log = Tables::start("it").await.unwrap().log();
        for commit in &commits {
            log.append(commit).await.unwrap();
        }
        let fixture = Fixture::new();
        let store = store_on(std::sync::Arc::new(log), fixture.clock.clone(), 0);
        let loaded = store.load::<Tally<0>>(&fixture.id).await;
        assert!(matches!(loaded, Err(LogError::Broken { .. })), "{missing}: {loaded:?}");
        let loaded = store.load::<Tally<1>>(&fixture.id).await;
        assert!(matches!(loaded, Err(LogError::Broken { .. })), "{missing}: {loaded:?}");
        assert!(matches!(store.history(&fixture.id).await, Err(LogError::Broken { .. })), "{missing}");
    }
}
