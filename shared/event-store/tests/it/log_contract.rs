use event_store::log::LARGEST_COMMIT_BYTES;
use event_store::{AppendError, Commit, CommitLog, CommitRef, Guard, LoadFrom};
use futures_util::future::join_all;
use kernel::Timestamp;

use crate::author::{Author, rich, stream, stream_of};

crate::contract!(event_store::log::MemoryLog, log:
    an_absent_stream_is_empty,
    a_commit_comes_back_as_it_was_written,
    commits_come_in_order_of_sequence,
    the_second_commit_at_a_sequence_is_a_conflict,
    of_many_writers_at_one_sequence_exactly_one_wins,
    streams_do_not_see_each_other,
    a_stream_longer_than_a_page_is_read_whole,
    loading_starts_at_the_newest_snapshot_of_the_schema,
    a_snapshot_behind_the_first_page_is_found,
    a_commit_too_large_for_an_item_is_refused,
    a_stream_of_another_tenant_is_refused,
    guards_are_taken_with_the_commit,
    a_taken_guard_keeps_everything_from_being_written,
    a_conflict_takes_no_guard,
    where_both_stand_in_the_way_it_is_a_conflict,
    of_many_claimants_of_a_guard_exactly_one_wins,
    guards_belong_to_a_tenant,
    a_released_guard_is_free_for_whoever_comes_next,
    nobody_releases_what_somebody_else_holds,
    a_guard_is_no_commit,
    commits_are_found_by_time_within_half_open_bounds,
    commits_are_found_oldest_first_and_limited,
    commits_are_found_across_midnight,
);

async fn fill(log: &dyn CommitLog, commits: &[Commit]) {
    for commit in commits {
        log.append(commit).await.unwrap();
    }
}

fn firsts(commits: &[Commit]) -> Vec<u64> {
    commits.iter().map(|commit| commit.first).collect()
}

fn guard(key: &str) -> Guard {
    Guard::taken(key, format!("holder of {key}"))
}

async fn an_absent_stream_is_empty(log: &dyn CommitLog) {
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), []);
    assert_eq!(log.load(&stream("a"), LoadFrom::Snapshot("thing-1")).await.unwrap(), []);
    assert_eq!(log.read(&stream("a"), 1).await.unwrap(), None);
}

async fn a_commit_comes_back_as_it_was_written(log: &dyn CommitLog) {
    let commit = rich(&mut Author::of(stream("a")));
    log.append(&commit).await.unwrap();
    let loaded = log.load(&stream("a"), LoadFrom::Beginning).await.unwrap();
    assert_eq!(loaded, std::slice::from_ref(&commit));
    event_store::log::verify(&loaded).unwrap();
    assert_eq!(log.read(&stream("a"), 1).await.unwrap(), Some(commit));
    assert_eq!(log.read(&stream("a"), 2).await.unwrap(), None, "the second event has no commit of its own");
}

async fn commits_come_in_order_of_sequence(log: &dyn CommitLog) {
    let mut author = Author::of(stream("a"));
    let commits: Vec<Commit> = (0..12).map(|_| author.write()).collect();
    fill(log, &commits).await;
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), commits);
    assert_eq!(log.load(&stream("a"), LoadFrom::Snapshot("thing-1")).await.unwrap(), commits);
}

async fn the_second_commit_at_a_sequence_is_a_conflict(log: &dyn CommitLog) {
    let first = Author::of(stream("a")).write();
    let mut second = first.clone();
    second.provenance.actor = "somebody-else".parse().unwrap();
    log.append(&first).await.unwrap();
    assert!(matches!(log.append(&second).await, Err(AppendError::Conflict)));
    assert!(matches!(log.append(&first).await, Err(AppendError::Conflict)), "not even the same again");
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), [first]);
}

async fn of_many_writers_at_one_sequence_exactly_one_wins(log: &dyn CommitLog) {
    let commits: Vec<Commit> = (1..=16)
        .map(|n| Author::of(stream("a")).write_with(|commit| commit.id = uuid::Uuid::from_u128(n)))
        .collect();
    let outcomes = join_all(commits.iter().map(|commit| log.append(commit))).await;
    let winners: Vec<&Commit> =
        commits.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok()).map(|(c, _)| c).collect();
    assert_eq!(winners.len(), 1);
    assert!(outcomes.iter().all(|o| matches!(o, Ok(()) | Err(AppendError::Conflict))), "{outcomes:?}");
    assert_eq!(
        &log.load(&stream("a"), LoadFrom::Beginning).await.unwrap().iter().collect::<Vec<_>>(),
        &winners
    );
}

async fn streams_do_not_see_each_other(log: &dyn CommitLog) {
    let (a, b) = (Author::of(stream("a")).write(), Author::of(stream("a#1")).write());
    fill(log, &[a.clone(), b.clone()]).await;
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), [a]);
    assert_eq!(log.load(&stream("a#1"), LoadFrom::Beginning).await.unwrap(), [b]);
}

async fn a_stream_longer_than_a_page_is_read_whole(log: &dyn CommitLog) {
    let mut author = Author::of(stream("a"));
    let commits: Vec<Commit> = (0..8).map(|_| author.write_large(300_000)).collect();
    fill(log, &commits).await;
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), commits);
    assert_eq!(log.load(&stream("a"), LoadFrom::Snapshot("thing-1")).await.unwrap(), commits);
}

async fn loading_starts_at_the_newest_snapshot_of_the_schema(log: &dyn CommitLog) {
    let mut author = Author::of(stream("a"));
    let commits = [
        author.write(),
        author.write_snapshot("thing-1"),
        author.write(),
        author.write_snapshot("thing-1"),
        author.write(),
        author.write_snapshot("thing-2"),
        author.write(),
    ];
    fill(log, &commits).await;
    let from = async |from| firsts(&log.load(&stream("a"), from).await.unwrap());
    assert_eq!(from(LoadFrom::Snapshot("thing-1")).await, [4, 5, 6, 7]);
    assert_eq!(from(LoadFrom::Snapshot("thing-2")).await, [6, 7]);
    assert_eq!(from(LoadFrom::Snapshot("thing-3")).await, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(from(LoadFrom::Beginning).await, [1, 2, 3, 4, 5, 6, 7]);
}

async fn a_snapshot_behind_the_first_page_is_found(log: &dyn CommitLog) {
    let mut author = Author::of(stream("a"));
    fill(log, &[author.write(), author.write(), author.write_snapshot("thing-1")]).await;
    for _ in 0..80 {
        log.append(&author.write()).await.unwrap();
    }
    let loaded = log.load(&stream("a"), LoadFrom::Snapshot("thing-1")).await.unwrap();
    assert_eq!(firsts(&loaded), (3..=83).collect::<Vec<u64>>());
}

async fn a_commit_too_large_for_an_item_is_refused(log: &dyn CommitLog) {
    let mut author = Author::of(stream("a"));
    let commit = author.write_large(LARGEST_COMMIT_BYTES);
    match log.append(&commit).await {
        Err(AppendError::TooLarge { bytes }) => assert!(bytes > LARGEST_COMMIT_BYTES),
        other => panic!("{other:?}"),
    }
    let guarded = log.append_guarded(&commit, &[guard("g")]).await;
    assert!(matches!(guarded, Err(AppendError::TooLarge { .. })));
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), []);
    let largest = Author::of(stream("a")).write_large(LARGEST_COMMIT_BYTES - 1_000);
    log.append(&largest).await.unwrap();
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), [largest]);
}

async fn a_stream_of_another_tenant_is_refused(log: &dyn CommitLog) {
    let commit = Author::of(stream_of("main", "a"))
        .write_with(|commit| commit.provenance.tenant = "other".parse().unwrap());
    assert!(matches!(log.append(&commit).await, Err(AppendError::Rejected(_))));
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), []);
}

async fn guards_are_taken_with_the_commit(log: &dyn CommitLog) {
    let tenant = "main".parse().unwrap();
    assert_eq!(log.guard_holder(&tenant, "g#1").await.unwrap(), None);
    let commit = Author::of(stream("a")).write();
    log.append_guarded(&commit, &[guard("g#1"), guard("h")]).await.unwrap();
    assert_eq!(log.load(&stream("a"), LoadFrom::Beginning).await.unwrap(), [commit]);
    assert_eq!(log.guard_holder(&tenant, "g#1").await.unwrap().as_deref(), Some("holder of g#1"));
    assert_eq!(log.guard_holder(&tenant, "h").await.unwrap().as_deref(), Some("holder of h"));
}

async fn a_taken_guard_keeps_everything_from_being_written(log: &dyn CommitLog) {
    log.append_guarded(&Author::of(stream("a")).write(), &[guard("g")]).await.unwrap();
    let second = Author::of(stream("b")).write();
    let outcome = log.append_guarded(&second, &[guard("free"), guard("g"), guard("too")]).await;
    assert!(matches!(outcome, Err(AppendError::GuardTaken(1))), "{outcome:?}");
    assert_eq!(log.load(&stream("b"), LoadFrom::Beginning).await.unwrap(), []);
    assert_eq!(log.guard_holder(&"main".parse().unwrap(), "free").await.unwrap(), None);
    assert_eq!(log.guard_holder(&"main".parse().unwrap(), "too").await.unwrap(), None);
}

async fn a_conflict_takes_no_guard(log: &dyn CommitLog) {
    let commit = Author::of(stream("a")).write();
    log.append(&commit).await.unwrap();
    assert!(matches!(log.append_guarded(&commit, &[guard("g")]).await, Err(AppendError::Conflict)));
    assert_eq!(log.guard_holder(&"main".parse().unwrap(), "g").await.unwrap(), None);
}

async fn where_both_stand_in_the_way_it_is_a_conflict(log: &dyn CommitLog) {
    let commit = Author::of(stream("a")).write();
    log.append_guarded(&commit, &[guard("g")]).await.unwrap();
    let other = Author::of(stream("a")).write_with(|commit| commit.id = uuid::Uuid::from_u128(9));
    let outcome = log.append_guarded(&other, &[guard("g")]).await;
    assert!(matches!(outcome, Err(AppendError::Conflict)), "{outcome:?}");
}

async fn of_many_claimants_of_a_guard_exactly_one_wins(log: &dyn CommitLog) {
    let claims = (0..12).map(|n| async move {
        let commit = Author::of(stream(&format!("claimant-{n}"))).write();
        loop {
            match log.append_guarded(&commit, &[guard("g")]).await {
                // Two transactions met: neither outcome is certain until asked again.
                Err(AppendError::Ambiguous(_)) => {}
                settled => return settled,
            }
        }
    });
    let outcomes = join_all(claims).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(
        outcomes.iter().filter(|outcome| matches!(outcome, Err(AppendError::GuardTaken(0)))).count(),
        11,
        "{outcomes:?}"
    );
}

async fn guards_belong_to_a_tenant(log: &dyn CommitLog) {
    log.append_guarded(&Author::of(stream_of("one", "a")).write(), &[guard("g")]).await.unwrap();
    log.append_guarded(&Author::of(stream_of("two", "a")).write(), &[guard("g")]).await.unwrap();
    assert_eq!(log.guard_holder(&"three".parse().unwrap(), "g").await.unwrap(), None);
}

async fn a_released_guard_is_free_for_whoever_comes_next(log: &dyn CommitLog) {
    let tenant = "main".parse().unwrap();
    let mut author = Author::of(stream("a"));
    log.append_guarded(&author.write(), &[guard("g"), guard("h")]).await.unwrap();
    log.append_guarded(&author.write(), &[guard("g").released()]).await.unwrap();
    assert_eq!(log.guard_holder(&tenant, "g").await.unwrap(), None);
    assert_eq!(log.guard_holder(&tenant, "h").await.unwrap().as_deref(), Some("holder of h"));
    let next = Guard::taken("g", "somebody else");
    log.append_guarded(&Author::of(stream("b")).write(), &[next]).await.unwrap();
    assert_eq!(log.guard_holder(&tenant, "g").await.unwrap().as_deref(), Some("somebody else"));
}

async fn nobody_releases_what_somebody_else_holds(log: &dyn CommitLog) {
    let tenant = "main".parse().unwrap();
    log.append_guarded(&Author::of(stream("a")).write(), &[guard("g")]).await.unwrap();
    let theirs = Guard::taken("g", "somebody else").released();
    let nobodys = guard("free").released();
    for (guards, in_the_way) in [(vec![guard("x"), theirs], 1), (vec![nobodys], 0)] {
        let commit = Author::of(stream("b")).write();
        match log.append_guarded(&commit, &guards).await {
            Err(AppendError::GuardTaken(at)) => assert_eq!(at, in_the_way),
            other => panic!("{other:?}"),
        }
        assert_eq!(log.load(&stream("b"), LoadFrom::Beginning).await.unwrap(), []);
    }
    assert_eq!(log.guard_holder(&tenant, "g").await.unwrap().as_deref(), Some("holder of g"));
    assert_eq!(log.guard_holder(&tenant, "x").await.unwrap(), None);
}

async fn a_guard_is_no_commit(log: &dyn CommitLog) {
    log.append_guarded(&Author::of(stream("a")).write(), &[guard("g")]).await.unwrap();
    let namesake = event_store::StreamId::new("main".parse().unwrap(), "guard", "g");
    assert_eq!(log.load(&namesake, LoadFrom::Beginning).await.unwrap(), []);
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn reference(commit: &Commit) -> CommitRef {
    CommitRef { at: commit.at, stream: commit.stream.clone(), first: commit.first }
}

async fn commits_are_found_by_time_within_half_open_bounds(log: &dyn CommitLog) {
    let noon = at("2026-11-22T12:00:00Z");
    let mut author = Author::of(stream("a")).at(noon);
    let commits = [author.write(), author.write(), author.write()];
    fill(log, &commits).await;
    let found = log.committed_between(noon, noon.plus_ms(2), 10).await.unwrap();
    assert_eq!(found, commits[..2].iter().map(reference).collect::<Vec<_>>());
    assert_eq!(log.committed_between(noon.plus_ms(3), noon.plus_days(1), 10).await.unwrap(), []);
    assert_eq!(log.committed_between(noon, noon, 10).await.unwrap(), []);
    assert_eq!(log.committed_between(noon.plus_ms(1), noon, 10).await.unwrap(), []);
}

async fn commits_are_found_oldest_first_and_limited(log: &dyn CommitLog) {
    let noon = at("2026-11-22T12:00:00Z");
    let mut expected = Vec::new();
    // Written newest first, to streams that fall into all shards.
    for n in (0..24).rev() {
        let commit = Author::of(stream(&format!("s-{n}"))).at(noon.plus_ms(n * 10)).write();
        log.append(&commit).await.unwrap();
        expected.push(reference(&commit));
    }
    expected.sort();
    for limit in [0, 1, 5, 23, 24, 100] {
        let found = log.committed_between(noon, noon.plus_days(1), limit).await.unwrap();
        assert_eq!(found, expected[..limit.min(24)], "limit {limit}");
    }
}

async fn commits_are_found_across_midnight(log: &dyn CommitLog) {
    let mut expected = Vec::new();
    for (n, instant) in [
        "2026-11-21T00:00:00Z",
        "2026-11-21T23:59:59.999Z",
        "2026-11-22T00:00:00Z",
        "2026-11-23T00:00:00Z",
        "2026-11-23T08:00:00Z",
    ]
    .into_iter()
    .enumerate()
    {
        let commit = Author::of(stream(&format!("s-{n}"))).at(at(instant)).write();
        log.append(&commit).await.unwrap();
        expected.push(reference(&commit));
    }
    let found =
        log.committed_between(at("2026-11-21T00:00:00Z"), at("2026-11-23T08:00:00Z"), 10).await.unwrap();
    assert_eq!(found, expected[..4]);
    let few = log.committed_between(at("2026-11-21T12:00:00Z"), at("2026-11-24T00:00:00Z"), 2).await.unwrap();
    assert_eq!(few, expected[1..3]);
}
