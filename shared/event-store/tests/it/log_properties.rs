//! Random histories: the log in memory and the log in a table give the same answers.

use std::collections::BTreeMap;

use event_store::log::MemoryLog;
use event_store::{AppendError, Commit, CommitLog, Guard, Hold, LoadFrom};
use proptest::prelude::*;
use testkit::NOON;
use testkit::dynamodb::Tables;

use crate::author::{Author, stream_of};

const SCHEMAS: [&str; 2] = ["thing-1", "thing-2"];

#[derive(Debug, Clone)]
enum Step {
    /// Append the next commit, with or without a snapshot, so many milliseconds later.
    Append {
        stream: usize,
        snapshot: Option<usize>,
        later_ms: i64,
        guards: Vec<(u8, Hold)>,
    },
    /// Append at a sequence that is taken.
    AppendAgain {
        stream: usize,
        guards: Vec<(u8, Hold)>,
    },
    Load {
        stream: usize,
        schema: Option<usize>,
    },
    Read {
        stream: usize,
        first: u64,
    },
    Holder {
        guard: u8,
    },
    Between {
        from_ms: i64,
        span_ms: i64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let stream = 0..3_usize;
    let hold = prop_oneof![3 => Just(Hold::Take), 1 => Just(Hold::Release)];
    let guards =
        prop::collection::btree_map(0..6_u8, hold, 0..3).prop_map(|map| map.into_iter().collect::<Vec<_>>());
    let day_ms: i64 = 24 * 60 * 60 * 1_000;
    prop::collection::vec(
        prop_oneof![
            5 => (stream.clone(), prop::option::of(0..2_usize), 1..day_ms / 2, guards.clone()).prop_map(
                |(stream, snapshot, later_ms, guards)| Step::Append { stream, snapshot, later_ms, guards }
            ),
            1 => (stream.clone(), guards).prop_map(|(stream, guards)| Step::AppendAgain { stream, guards }),
            2 => (stream.clone(), prop::option::of(0..2_usize))
                .prop_map(|(stream, schema)| Step::Load { stream, schema }),
            1 => (stream, 0..8_u64).prop_map(|(stream, first)| Step::Read { stream, first }),
            1 => (0..6_u8).prop_map(|guard| Step::Holder { guard }),
            1 => (0..5 * day_ms, 0..3 * day_ms).prop_map(|(from_ms, span_ms)| Step::Between { from_ms, span_ms }),
        ],
        1..40,
    )
}

fn guard(key: u8) -> Guard {
    Guard::taken(format!("guard-{key}"), "h")
}

fn guards_of(guards: &[(u8, Hold)]) -> Vec<Guard> {
    guards.iter().map(|(key, hold)| Guard { hold: *hold, ..guard(*key) }).collect()
}

/// An outcome without what only one implementation knows.
fn told(outcome: Result<(), AppendError>) -> String {
    outcome.map_or_else(|error| format!("{error:?}"), |()| "appended".to_owned())
}

async fn append(log: &dyn CommitLog, commit: &Commit, guards: &[Guard]) -> String {
    told(match guards {
        [] => log.append(commit).await,
        guards => log.append_guarded(commit, guards).await,
    })
}

/// Runs a history on a log and tells every answer.
async fn run(log: &dyn CommitLog, tenant: &str, steps: &[Step]) -> Vec<String> {
    let mut heads: BTreeMap<usize, Vec<Commit>> = BTreeMap::new();
    let mut now = NOON;
    let mut answers = Vec::new();
    for step in steps {
        let stream = |n: &usize| stream_of(tenant, &n.to_string());
        answers.push(match step {
            Step::Append { stream: n, snapshot, later_ms, guards } => {
                // Every instant is used once: the order of commits of the same one is nobody's business.
                now = now.plus_ms(*later_ms);
                let mut author = Author::of(stream(n));
                let written = heads.entry(*n).or_default();
                for earlier in written.iter() {
                    author.write_with(|commit| *commit = earlier.clone());
                }
                let mut author = author.at(now);
                let commit = match snapshot {
                    Some(schema) => author.write_snapshot(SCHEMAS[*schema]),
                    None => author.write(),
                };
                let guards = guards_of(guards);
                let answer = append(log, &commit, &guards).await;
                if answer == "appended" {
                    written.push(commit);
                }
                answer
            }
            Step::AppendAgain { stream: n, guards } => {
                match heads.get(n).and_then(|written| written.last()) {
                    Some(commit) => {
                        let mut commit = commit.clone();
                        commit.id = uuid::Uuid::new_v5(&commit.id, &answers.len().to_be_bytes());
                        let guards = guards_of(guards);
                        append(log, &commit, &guards).await
                    }
                    None => String::new(),
                }
            }
            Step::Load { stream: n, schema } => {
                let from = schema.map_or(LoadFrom::Beginning, |schema| LoadFrom::Snapshot(SCHEMAS[schema]));
                format!("{:?}", log.load(&stream(n), from).await.unwrap())
            }
            Step::Read { stream: n, first } => format!("{:?}", log.read(&stream(n), *first).await.unwrap()),
            Step::Holder { guard: key } => {
                format!("{:?}", log.guard_holder(&tenant.parse().unwrap(), &guard(*key).key).await.unwrap())
            }
            Step::Between { from_ms, span_ms } => {
                let (from, to) = (NOON.plus_ms(*from_ms), NOON.plus_ms(from_ms + span_ms));
                // The table is shared by all histories.
                let mut found = log.committed_between(from, to, 10_000).await.unwrap();
                found.retain(|commit| commit.stream.tenant().as_str() == tenant);
                format!("{found:?}")
            }
        });
    }
    answers
}

#[test]
fn both_logs_give_the_same_answers() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let table = runtime.block_on(Tables::start("it")).unwrap().log();
    let history = std::cell::Cell::new(0);
    let config = ProptestConfig { cases: 48, ..ProptestConfig::default() };
    proptest!(config, |(steps in steps())| {
        history.set(history.get() + 1);
        let tenant = format!("history-{}", history.get());
        let (in_memory, in_table) = runtime.block_on(async {
            (run(&MemoryLog::default(), &tenant, &steps).await, run(&table, &tenant, &steps).await)
        });
        prop_assert_eq!(in_memory, in_table);
    });
}
