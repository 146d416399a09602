use event_store::{CommitLog, LoadFrom};

use super::tally::{Tally, enter};
use super::{Fixture, request};

async fn fill<const SCHEMA: u8>(fixture: &Fixture, commits: usize) {
    for n in 0..commits {
        let command = enter(&format!("entry {n}"));
        fixture.store.execute::<Tally<SCHEMA>>(&fixture.id, &request(), &command).await.unwrap();
    }
}

/// Loads the stream, compares it with the fold of everything, and tells how many events were folded.
async fn folded<const SCHEMA: u8>(fixture: &Fixture) -> usize {
    let stream = fixture.store.load::<Tally<SCHEMA>>(&fixture.id).await.unwrap();
    let full = fixture.store.load::<Tally<0>>(&fixture.id).await.unwrap();
    assert_eq!(stream.state().entries, full.state().entries);
    assert_eq!((stream.version(), stream.head()), (full.version(), full.head()));
    stream.state().folded
}

async fn snapshots_at(fixture: &Fixture) -> Vec<u64> {
    let commits = fixture.store.history(&fixture.id).await.unwrap();
    commits.iter().filter(|commit| commit.snapshot.is_some()).map(|commit| commit.first).collect()
}

#[tokio::test]
async fn every_32nd_commit_embeds_a_snapshot() {
    let fixture = Fixture::new();
    fill::<1>(&fixture, 100).await;
    assert_eq!(snapshots_at(&fixture).await, [32, 64, 96]);
    assert_eq!(folded::<1>(&fixture).await, 4);
    let read = fixture.memory.load(&fixture.id, LoadFrom::Snapshot("tally-1")).await.unwrap();
    assert_eq!(read.len(), 5, "no more is read than the snapshot and what follows it");
}

#[tokio::test]
async fn an_aggregate_without_snapshots_embeds_none() {
    let fixture = Fixture::new();
    fill::<0>(&fixture, 40).await;
    assert_eq!(snapshots_at(&fixture).await, [0_u64; 0]);
}

#[tokio::test]
async fn a_snapshot_of_another_schema_is_ignored_and_soon_replaced() {
    let fixture = Fixture::new();
    fill::<1>(&fixture, 40).await;
    assert_eq!(folded::<2>(&fixture).await, 40);
    fill::<2>(&fixture, 1).await;
    assert_eq!(snapshots_at(&fixture).await, [32, 41], "the first commit of the new schema embeds one");
    assert_eq!(folded::<2>(&fixture).await, 0);
    assert_eq!(folded::<1>(&fixture).await, 9, "and the old one still serves those who know it");
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_read_costs_a_full_fold_but_no_answer() {
    let fixture = Fixture::new();
    fill::<3>(&fixture, 70).await;
    assert!(!snapshots_at(&fixture).await.is_empty());
    assert_eq!(folded::<3>(&fixture).await, 70);
}

#[tokio::test]
async fn a_snapshot_that_does_not_fit_is_left_out() {
    let fixture = Fixture::new();
    fill::<4>(&fixture, 34).await;
    assert_eq!(snapshots_at(&fixture).await, [0_u64; 0]);
    assert_eq!(folded::<4>(&fixture).await, 34);
}

#[tokio::test]
async fn a_stream_resumed_from_a_snapshot_still_knows_its_newest_commits() {
    let fixture = Fixture::new();
    fill::<1>(&fixture, 31).await;
    let outcome = fixture.store.execute::<Tally<1>>(&fixture.id, &request(), &enter("x")).await.unwrap();
    let commit = outcome.commit.unwrap();
    assert!(commit.snapshot.is_some());
    let stream = fixture.store.load::<Tally<1>>(&fixture.id).await.unwrap();
    assert_eq!(stream.state().folded, 0);
    let history = fixture.store.history(&fixture.id).await.unwrap();
    assert!(history.iter().all(|commit| stream.holds(commit.id)));
}
