//! A world with everything that upkeep works on, and `fsck`, which must find each damage that is done to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use assembly::Parts;
use deal::projections::{Projections, deals_partition};
use deal::upkeep::{DealUpkeep, VIEWS};
use deal::{CONTEXT, Deals, PARTIES};
use directory::{Directory, MemoryOwner};
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Commit, Generations, Ops as _, Row, ViewTable as _, Views as _, commit_to_image};
use lambda_entry::{DirectHandler, StreamHandler as _, StreamRecord};
use messaging::MemoryBus;
use serde_json::{Value, json};
use testkit::{ManualClock, NOON, NoWait, SequentialIds};

use crate::world::{Desk, party};

/// The context as its `main.rs` puts it together, on tables in memory.
pub(crate) struct Kept {
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) views: Arc<MemoryViews>,
    pub(crate) ops: Arc<MemoryOps>,
    pub(crate) bus: Arc<MemoryBus>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) deals: Deals,
    pub(crate) stream: Arc<assembly::LogStream>,
    pub(crate) direct: Arc<dyn DirectHandler>,
}

impl Kept {
    pub(crate) fn new() -> Self {
        let tables = (Arc::default(), Arc::default(), Arc::default());
        Self::on(tables, Arc::new(ManualClock::new(NOON)))
    }

    /// Another instance of the function, which knows nothing yet.
    pub(crate) fn other_instance(&self) -> Self {
        Self::on((self.log.clone(), self.views.clone(), self.ops.clone()), self.clock.clone())
    }

    fn on(
        (log, views, ops): (Arc<MemoryLog>, Arc<MemoryViews>, Arc<MemoryOps>),
        clock: Arc<ManualClock>,
    ) -> Self {
        let bus = Arc::new(MemoryBus::default());
        let generations = Generations::new(VIEWS, views.clone(), views.clone(), ops.clone(), clock.clone());
        let generations = Arc::new(generations);
        let parts = Parts {
            tenant: "main".parse().unwrap(),
            log: log.clone(),
            views: generations.clone(),
            generations: Some(generations),
            ops: ops.clone(),
            bus: bus.clone(),
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::default()),
            timer: Arc::new(NoWait),
        };
        let owner = Arc::new(MemoryOwner::new(|_, name| party(name.as_str())));
        let deals = Deals {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: parts.views.clone(),
            stock_desk: Arc::new(Desk::knowing_nothing_of_stock()),
            parties: Directory::new(PARTIES, parts.views.clone(), owner),
            clock: parts.clock.clone(),
            ids: parts.ids.clone(),
            timer: parts.timer.clone(),
        };
        let stream = parts.log_stream(parts.relay(CONTEXT, Arc::new(Projections::new(deals.clone()))));
        let direct = deal::direct::Direct::new(deals.clone(), parts.readiness());
        let direct = parts.upkeep(Arc::new(DealUpkeep::new(deals.clone())), Arc::new(direct));
        Self { log, views, ops, bus, clock, deals, stream, direct }
    }

    /// With so many deals, relayed a while ago.
    pub(crate) async fn with_deals(count: usize) -> Self {
        let kept = Self::new();
        kept.import(0..count).await;
        kept.relay_all().await;
        kept.clock.advance_ms(1_000_000);
        kept
    }

    pub(crate) async fn import(&self, numbers: impl IntoIterator<Item = usize>) {
        for n in numbers {
            self.clock.advance_ms(1);
            let answer =
                self.ask(json!({ "kind": "import-deals", "tenant": "main", "items": [deal(n)] })).await;
            assert_ne!(answer["items"][0]["outcome"], "refused", "{answer}");
        }
    }

    pub(crate) fn commits(&self) -> Vec<Commit> {
        self.log.streams().into_values().flatten().collect()
    }

    /// Hands everything the log holds to the stream handler, as the table's stream would.
    pub(crate) async fn relay_all(&self) {
        let record = |(n, commit): (usize, &Commit)| StreamRecord {
            sequence_number: n.to_string(),
            event_name: "INSERT".to_owned(),
            keys: Value::Null,
            new_image: commit_to_image(commit).unwrap(),
        };
        let records = self.commits().iter().enumerate().map(record).collect();
        assert!(self.stream.handle(records).await.is_empty());
    }

    pub(crate) async fn ask(&self, event: Value) -> Value {
        let kind = event["kind"].as_str().unwrap().to_owned();
        match self.direct.handle(&kind, event).await {
            Ok(answer) => answer,
            Err(error) => json!({ "error": error }),
        }
    }

    /// Every page of a check, two rows or commits a page: streams, then the rows of the partitions they name.
    async fn checked(&self) -> Vec<Value> {
        let (mut pages, mut after, mut partitions) = (Vec::new(), Value::Null, BTreeSet::new());
        loop {
            let page = self.ask(json!({ "kind": "fsck", "after": after, "most": 2 })).await;
            assert!(page["differences"].is_array(), "{page}");
            let named = page["partitions"].as_array().unwrap().iter();
            partitions.extend(named.map(|partition| partition.as_str().unwrap().to_owned()));
            after = page["next"].clone();
            pages.push(page);
            if after.is_null() {
                if partitions.is_empty() {
                    return pages;
                }
                after = json!({ "part": "rows", "partitions": std::mem::take(&mut partitions) });
            }
        }
    }

    /// Every difference.
    async fn fsck(&self) -> Vec<String> {
        let pages = self.checked().await;
        let differences = pages.iter().flat_map(|page| page["differences"].as_array().unwrap());
        let line = |difference: &Value| {
            assert_ne!(difference["todo"], "", "{difference}");
            format!("{}: {}", difference["stream"].as_str().unwrap(), difference["what"].as_str().unwrap())
        };
        differences.map(line).collect()
    }

    fn row(&self, partition: &str) -> Row {
        self.views.rows().into_iter().find(|row| row.pk.contains(partition)).unwrap()
    }
}

impl Desk {
    fn knowing_nothing_of_stock() -> Self {
        use std::sync::Mutex;
        Self { answer: Mutex::new(deal::ports::StockAnswer::UnknownProduct), asked: Mutex::new(0) }
    }
}

pub(crate) fn deal(n: usize) -> Value {
    json!({
        "legacyId": format!("d{n}"), "date": format!("2025-07-{:02}", n % 28 + 1), "customer": format!("Ivory {n}"),
        "productCode": "TR131", "quantityKg": "30000", "ratePerKg": "125", "deliveryTerms": "delivered",
        "createdAt": "2025-07-26T09:52:27.164Z",
        "sources": [{ "kind": "stock", "supplier": "Venkatesh", "quantityKg": "30000", "ratePerKg": "90" }],
    })
}

#[tokio::test]
async fn tables_that_agree_are_clean_and_looking_writes_nothing() {
    let kept = Kept::with_deals(5).await;
    drop(kept.bus.take());
    let (rows, items, commits) = (kept.views.rows(), kept.ops.items(), kept.commits());
    assert_eq!(kept.fsck().await, Vec::<String>::new());
    assert_eq!((kept.views.rows(), kept.ops.items(), kept.commits()), (rows, items, commits));
    assert!(kept.bus.take().is_empty());
}

#[tokio::test]
async fn a_page_tells_how_much_it_looked_at() {
    let kept = Kept::with_deals(3).await;
    let pages = kept.checked().await;
    let sum = |member: &str| pages.iter().map(|page| page[member].as_u64().unwrap()).sum::<u64>();
    let (streams, rows) = (sum("streams"), sum("rows"));
    assert_eq!((streams, rows), (3, 6), "two rows for each deal");
}

#[tokio::test]
async fn a_missing_commit_is_found_wherever_it_stood() {
    for (lost, expected) in
        [(0, "the beginning is missing"), (1, "expected sequence 2, found 3"), (2, "is not in the log")]
    {
        let kept = Kept::with_deals(2).await;
        for rate in ["126", "127"] {
            let mut dearer = deal(0);
            dearer["ratePerKg"] = json!(rate);
            kept.ask(json!({ "kind": "import-deals", "tenant": "main", "items": [dearer] })).await;
        }
        kept.relay_all().await;
        kept.clock.advance_ms(1_000_000);
        assert_eq!(kept.fsck().await, Vec::<String>::new());
        kept.log.damage(|streams| {
            let long = streams.values_mut().find(|commits| commits.len() == 3).unwrap();
            long.remove(lost);
        });
        let found = kept.fsck().await;
        assert!(found.iter().any(|line| line.contains(expected)), "{lost}: {found:?}");
    }
}

#[tokio::test]
async fn an_altered_event_is_found() {
    let kept = Kept::with_deals(2).await;
    kept.log.damage(|streams| {
        let commits = streams.values_mut().next().unwrap();
        commits[0].events[0].data["deal"]["customer"] = json!("Somebody Else");
    });
    let found = kept.fsck().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("commit 1 does not match its hash"), "{found:?}");
}

#[tokio::test]
async fn a_missing_a_stale_and_a_surplus_row_are_told_apart() {
    let kept = Kept::with_deals(3).await;
    let row = kept.row("#deals");
    kept.views.delete(&row.pk, &row.sk).await.unwrap();
    let found = kept.fsck().await;
    assert!(found.len() == 1 && found[0].contains("is missing in deals"), "{found:?}");

    let mut stale = row.clone();
    stale.body = stale.body.replace("125.0000", "124.0000").replace("\"Ivory", "\"Ebony");
    kept.views.put(stale).await.unwrap();
    let found = kept.fsck().await;
    assert!(found.len() == 1 && found[0].contains("in deals is stale"), "{found:?}");

    kept.views.delete(&row.pk, &row.sk).await.unwrap();
    kept.views.put(row.clone()).await.unwrap();
    let partition = deals_partition(&"main".parse().unwrap());
    let nobody = "deal_00000000000000000000000000000009";
    let surplus = [
        format!("2025-07-01#x#{nobody}"),
        "2025-07-01".to_owned(),
        format!("moved#{}", row.attributes["id"]),
    ];
    for sk in &surplus {
        kept.views.put(Row { sk: sk.clone(), pk: partition.clone(), ..row.clone() }).await.unwrap();
    }
    let found = kept.fsck().await;
    for part in ["there is no such stream", "names no stream", "the stream has no such row"] {
        assert_eq!(found.iter().filter(|line| line.contains(part)).count(), 1, "{part} {found:?}");
    }
    assert_eq!(found.len(), 3);
}

#[tokio::test]
async fn a_commit_that_nobody_relayed_is_found_once_it_is_late() {
    let kept = Kept::with_deals(1).await;
    kept.import([1]).await;
    assert_eq!(kept.fsck().await, Vec::<String>::new(), "it is underway");
    let underway: u64 = kept.checked().await.iter().map(|page| page["underway"].as_u64().unwrap()).sum();
    assert_eq!(underway, 1);
    kept.clock.advance_ms(1_000_000);
    let found = kept.fsck().await;
    assert!(found.iter().any(|line| line.contains("no outbox marker")), "{found:?}");
    assert_eq!(found.iter().filter(|line| line.contains("is missing in")).count(), 2, "{found:?}");
    let item = kept.ops.items().into_iter().find(|item| item.pk.starts_with("PUB#")).unwrap();
    kept.relay_all().await;
    assert_eq!(kept.fsck().await, Vec::<String>::new());
    kept.ops.delete(&item.pk, &item.sk).await.unwrap();
    assert_eq!(kept.fsck().await.len(), 1);
}

#[tokio::test]
async fn the_samples_are_answered() {
    let kept = Kept::with_deals(1).await;
    for name in
        ["views", "fsck", "replay-step", "replay-compare", "withdraw-imports", "amend-deal", "find-deal"]
    {
        let answer = kept.ask(testkit::sample(&format!("deal/{name}"))).await;
        assert!(answer.get("error").is_none(), "{name}: {answer}");
    }
}

#[tokio::test]
async fn a_question_that_cannot_be_read_is_refused_and_other_questions_reach_the_context() {
    let kept = Kept::new();
    for event in [
        json!({ "kind": "fsck", "after": { "part": "elsewhere" } }),
        json!({ "kind": "fsck", "surprise": 1 }),
        json!({ "kind": "replay-step", "view": "deals" }),
        json!({ "kind": "replay-switch", "view": "deals", "into": 2 }),
    ] {
        assert_eq!(kept.ask(event.clone()).await["error"]["code"], "invalid", "{event}");
    }
    assert_eq!(kept.ask(json!({ "kind": "ready" })).await["status"], "ready");
    assert!(kept.ask(json!({ "kind": "nonsense" })).await["error"].is_object());
}
