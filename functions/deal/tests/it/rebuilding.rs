//! Rebuilding a view beside the one that is read.

use std::collections::BTreeSet;

use deal::queries::{DealFilter, DealOrder, deals};
use event_store::{Row, ViewTable as _, Views as _};
use serde_json::{Value, json};

use crate::upkeep::{Kept, deal};

impl Kept {
    /// Builds a generation; gives how many rows were written, and how many steps it took.
    async fn rebuild(&self, view: &str, into: &str) -> (u64, usize) {
        let (mut rows, mut steps, mut after) = (0, 0, Value::Null);
        loop {
            let answer = self.step(view, into, after).await;
            assert_eq!(answer.get("error"), None);
            rows += answer["rows"].as_u64().unwrap();
            steps += 1;
            after = answer["next"].clone();
            if after.is_null() {
                return (rows, steps);
            }
        }
    }

    async fn step(&self, view: &str, into: &str, after: Value) -> Value {
        self.ask(json!({ "kind": "replay-step", "view": view, "into": into, "after": after, "limit": 2 }))
            .await
    }

    async fn switch(&self, view: &str, into: &str) -> Value {
        self.ask(json!({ "kind": "replay-switch", "view": view, "into": into })).await
    }

    /// Rows and sum of what is live and of a generation.
    async fn compare(&self, into: &str) -> [(u64, u128); 2] {
        let mut question = json!({ "kind": "replay-compare", "view": "deals", "into": into });
        let mut sums = [(0, 0_u128); 2];
        loop {
            let page = self.ask(question.clone()).await;
            assert_eq!(page.get("error"), None);
            for (sum, which) in sums.iter_mut().zip(["live", "into"]) {
                let digest = page[which]["sum"].as_str().unwrap();
                sum.0 += page[which]["rows"].as_u64().unwrap();
                sum.1 = sum.1.wrapping_add(u128::from_str_radix(digest, 16).unwrap());
            }
            question["after"] = page["next"].clone();
            if page["next"].is_null() {
                return sums;
            }
        }
    }

    /// How many rows were deleted, or why none was.
    async fn drop_generation(&self, generation: &str) -> Result<u64, Value> {
        let mut event = json!({ "kind": "replay-drop", "view": "deals", "generation": generation });
        let mut deleted = 0;
        loop {
            let page = self.ask(event.clone()).await;
            deleted += page["deleted"].as_u64().ok_or_else(|| page["error"]["code"].clone())?;
            event["after"] = page["next"].clone();
            if page["next"].is_null() {
                return Ok(deleted);
            }
        }
    }

    /// The deals of the list as a reader gets them.
    async fn listed(&self) -> Vec<Row> {
        let page =
            deals(&self.deals, &DealFilter::default(), DealOrder::NewestFirst, 100, None).await.unwrap();
        assert_eq!(page.next, None);
        page.rows
    }

    fn stored(&self, generation: &str) -> usize {
        let prefix = format!("G#{generation}#");
        self.views.rows().iter().filter(|row| row.pk.starts_with(&prefix)).count()
    }
}

#[tokio::test]
async fn a_rebuilt_view_equals_the_live_one_and_is_read_after_the_switch() {
    let kept = Kept::with_deals(7).await;
    let before = kept.listed().await;
    drop(kept.bus.take());
    let (rows, steps) = kept.rebuild("deals", "v2").await;
    assert!(rows == 7 && steps > 3, "{rows} rows in {steps} steps");
    let [live, into] = kept.compare("v2").await;
    assert_eq!((live, into.0), (into, 7));
    let switched = kept.switch("deals", "v2").await;
    assert_eq!((&switched["live"], &switched["before"]), (&json!("v2"), &json!("first")));
    assert_eq!(kept.listed().await, before, "bodies, places and indexes are the same");
    assert!(kept.bus.take().is_empty(), "nothing is published");
    let views = kept.ask(json!({ "kind": "views" })).await;
    assert_eq!(views["views"][0]["kept"], json!(["first", "v2"]));
    assert_eq!(views["views"][1]["live"], "first", "each view by itself");
}

#[tokio::test]
async fn a_dry_run_counts_and_writes_nothing() {
    let kept = Kept::with_deals(3).await;
    let (rows, items) = (kept.views.rows(), kept.ops.items());
    let asked = json!({ "kind": "replay-step", "view": "figures", "into": "v2", "dryRun": true });
    let mut answer = kept.ask(asked.clone()).await;
    let mut counted = 0;
    loop {
        counted += answer["rows"].as_u64().unwrap();
        if answer["next"].is_null() {
            break;
        }
        let mut next = asked.clone();
        next["after"] = answer["next"].clone();
        answer = kept.ask(next).await;
    }
    assert_eq!(counted, 3);
    assert_eq!((kept.views.rows(), kept.ops.items()), (rows, items));
}

#[tokio::test]
async fn what_happens_while_a_view_is_built_and_after_the_switch_is_in_every_generation() {
    let kept = Kept::with_deals(4).await;
    let relaying = kept.other_instance();
    relaying.relay_all().await;
    // The rebuild has passed the beginning when the first deal changes and a new one comes.
    let mut after = kept.step("deals", "v2", Value::Null).await["next"].clone();
    while kept.stored("v2") == 0 {
        after = kept.step("deals", "v2", after).await["next"].clone();
    }
    let mut dearer = deal(0);
    dearer["ratePerKg"] = json!("130");
    kept.ask(json!({ "kind": "import-deals", "tenant": "main", "items": [dearer] })).await;
    kept.import([9]).await;
    relaying.relay_all().await;
    while !after.is_null() {
        after = kept.step("deals", "v2", after).await["next"].clone();
    }
    let [live, into] = kept.compare("v2").await;
    assert_eq!((live, into.0), (into, 5));
    kept.switch("deals", "v2").await;
    kept.import([10]).await;
    relaying.relay_all().await;
    let [live, into] = kept.compare("first").await;
    assert_eq!(live, into, "the way back stays open");
    assert_eq!(kept.listed().await.len(), 6);
    assert!(kept.switch("deals", "first").await["before"] == "v2");
    assert_eq!(kept.listed().await.len(), 6);
}

#[tokio::test]
async fn a_rebuild_that_was_killed_goes_on_and_cannot_be_switched_to_before_its_end() {
    let kept = Kept::with_deals(6).await;
    let mut after = Value::Null;
    while kept.stored("v2") < 3 {
        after = kept.step("deals", "v2", after).await["next"].clone();
    }
    let refused = kept.switch("deals", "v2").await;
    assert_eq!(refused["error"]["code"], "unfinished", "{refused}");
    // A second run knows nothing of the first.
    let resumed = kept.other_instance().step("deals", "v2", Value::Null).await;
    assert_eq!(resumed["from"], after, "{resumed}");
    let (rows, _) = kept.rebuild("deals", "v2").await;
    assert!(rows < 6, "{rows} rows were left");
    let [live, into] = kept.compare("v2").await;
    assert_eq!(live, into);
    assert_eq!(kept.switch("deals", "v2").await["live"], "v2");
    // A step that comes twice, and a whole second run, change nothing.
    let rows = kept.views.rows();
    kept.switch("deals", "first").await;
    kept.rebuild("deals", "v2").await;
    assert_eq!(kept.views.rows(), rows);
}

#[tokio::test]
async fn rows_of_another_shape_are_told_and_read_after_the_switch() {
    let kept = Kept::with_deals(3).await;
    for row in kept.views.rows().into_iter().filter(|row| row.pk == "T#main#deals") {
        let old = Row { body: row.body.replace("\"customer\"", "\"buyer\""), ..row };
        kept.views.delete(&old.pk, &old.sk).await.unwrap();
        kept.views.put(old).await.unwrap();
    }
    assert!(kept.listed().await[0].body.contains("\"buyer\""));
    kept.rebuild("deals", "v2").await;
    let [live, into] = kept.compare("v2").await;
    assert_eq!(live.0, into.0);
    assert_ne!(live.1, into.1);
    kept.switch("deals", "v2").await;
    assert!(kept.listed().await.iter().all(|row| row.body.contains("\"customer\"")));
}

#[tokio::test]
async fn pages_go_on_across_a_switch() {
    let kept = Kept::with_deals(6).await;
    let every = DealFilter::default();
    let page = |after| deals(&kept.deals, &every, DealOrder::NewestFirst, 4, after);
    let first = page(None).await.unwrap();
    kept.rebuild("deals", "v2").await;
    kept.switch("deals", "v2").await;
    let rest = page(first.next).await.unwrap();
    let all: BTreeSet<String> = first.rows.iter().chain(&rest.rows).map(|row| row.sk.clone()).collect();
    assert_eq!((all.len(), rest.rows.len(), rest.next), (6, 2, None));
}

#[tokio::test]
async fn a_reader_follows_a_switch_within_a_minute_and_a_writer_with_its_next_batch() {
    let kept = Kept::with_deals(2).await;
    let reader = kept.other_instance();
    assert_eq!(reader.listed().await.len(), 2);
    kept.rebuild("deals", "v2").await;
    kept.switch("deals", "v2").await;
    let dropped = kept.drop_generation("first").await;
    assert_eq!(dropped, Err(json!("live")), "somebody may still read it");
    assert_eq!(reader.listed().await.len(), 2, "by what it knows, from the old one");
    kept.clock.advance_ms(121_000);
    let dropped = kept.drop_generation("first").await;
    assert_eq!(dropped, Ok(2));
    assert_eq!(reader.listed().await.len(), 2, "from the new one");
    kept.import([5]).await;
    reader.relay_all().await;
    assert_eq!(
        (kept.stored("v2"), kept.views.rows().iter().filter(|row| row.pk == "T#main#deals").count()),
        (3, 0)
    );
}

#[tokio::test]
async fn a_dropped_generation_is_gone_and_the_live_one_cannot_be_dropped() {
    let kept = Kept::with_deals(3).await;
    kept.rebuild("deals", "v2").await;
    let live = kept.drop_generation("first").await;
    assert_eq!(live, Err(json!("live")));
    let dropped = kept.drop_generation("v2").await;
    assert_eq!(dropped, Ok(3));
    assert_eq!((kept.stored("v2"), kept.listed().await.len()), (0, 3));
    let gone = kept.switch("deals", "v2").await;
    assert_eq!(gone["error"]["code"], "unknown", "{gone}");
}

#[tokio::test]
async fn only_what_happened_since_an_instant_is_built_when_that_is_asked() {
    let kept = Kept::with_deals(3).await;
    kept.rebuild("deals", "v2").await;
    let since = kept.deals.clock.now();
    kept.clock.advance_ms(5);
    let mut dearer = deal(1);
    dearer["ratePerKg"] = json!("130");
    kept.ask(json!({ "kind": "import-deals", "tenant": "main", "items": [dearer] })).await;
    let answer =
        kept.ask(json!({ "kind": "replay-step", "view": "deals", "into": "v2", "from": since })).await;
    assert_eq!((&answer["commits"], &answer["streams"], &answer["rows"]), (&json!(1), &json!(1), &json!(1)));
}

#[tokio::test]
async fn what_cannot_be_rebuilt_is_refused_with_the_reason() {
    let kept = Kept::with_deals(1).await;
    let facts = kept.step("catalogue", "v2", Value::Null).await;
    assert_eq!(facts["error"]["code"], "not-rebuildable");
    assert!(facts["error"]["detail"].as_str().unwrap().contains("facts of inventory"), "{facts}");
    let unknown = kept.step("dials", "v2", Value::Null).await;
    assert!(unknown["error"]["detail"].as_str().unwrap().contains("deals, figures, catalogue"), "{unknown}");
    let live = kept.step("deals", "first", Value::Null).await;
    assert_eq!(live["error"]["code"], "live", "{live}");
    let part =
        json!({ "kind": "replay-step", "view": "deals", "into": "v2", "from": "2026-01-01T00:00:00Z" });
    assert_eq!(kept.ask(part).await["error"]["code"], "unknown", "a part of it would pass for the whole");
    for name in ["V2", "", "2", "a_b", "a-name-that-is-far-too-long"] {
        assert_eq!(kept.step("deals", name, Value::Null).await["error"]["code"], "invalid", "{name:?}");
    }
    kept.log.damage(|streams| {
        let commits = streams.values_mut().next().unwrap();
        commits[0].events[0].data["deal"]["customer"] = json!("Somebody Else");
    });
    let mut answer = kept.step("deals", "v2", Value::Null).await;
    while answer["next"].is_string() {
        answer = kept.step("deals", "v2", answer["next"].clone()).await;
    }
    assert_eq!(answer["error"]["code"], "broken", "{answer}");
}
