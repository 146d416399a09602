//! Rebuilding and checking the views of this context, and the snapshots of its stocks.

use std::sync::Arc;

use assembly::Parts;
use directory::{Directory, MemoryOwner};
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Commit, Generations};
use inventory::projections::Projections;
use inventory::upkeep::{InventoryUpkeep, VIEWS};
use inventory::{CONTEXT, Inventory, PARTIES};
use lambda_entry::DirectHandler;
use messaging::MemoryBus;
use serde_json::{Value, json};
use testkit::{ManualClock, NOON, NoWait, SequentialIds};

use crate::world::party;

struct Kept {
    log: Arc<MemoryLog>,
    clock: Arc<ManualClock>,
    relay: messaging::Relay,
    direct: Arc<dyn DirectHandler>,
}

impl Kept {
    /// Two products: one with two lots, one with so many receipts that its stock has a snapshot.
    async fn stocked() -> Self {
        let (log, views) = (Arc::new(MemoryLog::default()), Arc::new(MemoryViews::default()));
        let (ops, clock) = (Arc::new(MemoryOps::default()), Arc::new(ManualClock::new(NOON)));
        let generations = Generations::new(VIEWS, views.clone(), views, ops.clone(), clock.clone());
        let generations = Arc::new(generations);
        let parts = Parts {
            tenant: "main".parse().unwrap(),
            log: log.clone(),
            views: generations.clone(),
            generations: Some(generations),
            ops,
            bus: Arc::new(MemoryBus::default()),
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::default()),
            timer: Arc::new(NoWait),
        };
        let owner = Arc::new(MemoryOwner::new(|_, name| party(name.as_str())));
        let inventory = Inventory {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: parts.views.clone(),
            parties: Directory::new(PARTIES, parts.views.clone(), owner),
            clock: parts.clock.clone(),
            ids: parts.ids.clone(),
        };
        let relay = parts.relay(CONTEXT, Arc::new(Projections::new(inventory.clone())));
        let direct = inventory::direct::Direct::new(inventory.clone(), parts.readiness());
        let direct = parts.upkeep(Arc::new(InventoryUpkeep::new(inventory)), Arc::new(direct));
        let kept = Self { log, clock, relay, direct };
        let product = |code: &str| json!({ "legacyId": code, "productCode": code, "grade": "", "company": "", "specificGrade": "", "active": true });
        let products = json!([product("TR131"), product("HKR 102/A")]);
        kept.ask(json!({ "kind": "import-products", "tenant": "main", "items": products })).await;
        for n in 0..40 {
            let code = if n < 2 { "HKR 102/A" } else { "TR131" };
            let lot = json!({
                "legacyId": format!("l{n}"), "supplier": "Acme", "quantityKg": "100", "ratePerKg": "90", "receivedOn": "2025-07-01",
            });
            let items = json!([{ "productCode": code, "lots": [lot] }]);
            let answer = kept.ask(json!({ "kind": "import-lots", "tenant": "main", "items": items })).await;
            assert_eq!(answer["items"][0]["outcome"], "created", "{answer}");
        }
        let commits: Vec<Commit> = kept.log.streams().into_values().flatten().collect();
        // Out of order, and some of them twice, as a stream may hand them out.
        let mixed: Vec<Commit> = commits.iter().rev().chain(&commits[..7]).cloned().collect();
        assert!(kept.relay.relay(&mixed).await.is_empty());
        kept.clock.advance_ms(1_000_000);
        kept
    }

    async fn ask(&self, event: Value) -> Value {
        let kind = event["kind"].as_str().unwrap().to_owned();
        match self.direct.handle(&kind, event).await {
            Ok(answer) => answer,
            Err(error) => json!({ "error": error }),
        }
    }

    /// Every page of an answer.
    async fn pages(&self, mut event: Value) -> Vec<Value> {
        let mut pages = Vec::new();
        loop {
            let page = self.ask(event.clone()).await;
            assert!(page.get("error").is_none(), "{page}");
            event["after"] = page["next"].clone();
            pages.push(page);
            if event["after"].is_null() {
                return pages;
            }
        }
    }

    async fn fsck(&self) -> Vec<String> {
        let mut pages = self.pages(json!({ "kind": "fsck" })).await;
        let partitions = json!(["T#main#lots", "T#main#products", "T#main#stock"]);
        let rows = json!({ "kind": "fsck", "after": { "part": "rows", "partitions": partitions } });
        pages.extend(self.pages(rows).await);
        let found = pages.iter().flat_map(|page| page["differences"].as_array().unwrap());
        found.map(|difference| difference["what"].as_str().unwrap().to_owned()).collect()
    }

    /// Every view comes out of the log as it is read, and is clean before and after the switch.
    async fn is_rebuilt_as_it_is(&self) {
        assert_eq!(self.fsck().await, Vec::<String>::new());
        for (view, rows) in [("lots", 40), ("products", 2), ("stock", 2), ("product-names", 4)] {
            self.pages(json!({ "kind": "replay-step", "view": view, "into": "v2", "limit": 5 })).await;
            let compared = self.pages(json!({ "kind": "replay-compare", "view": view, "into": "v2" })).await;
            assert!(compared.iter().all(|page| page["live"] == page["into"]), "{view}: {compared:?}");
            let found: u64 = compared.iter().map(|page| page["into"]["rows"].as_u64().unwrap()).sum();
            assert_eq!(found, rows, "{view}");
            let switched = self.ask(json!({ "kind": "replay-switch", "view": view, "into": "v2" })).await;
            assert_eq!(switched["live"], "v2");
        }
        assert_eq!(self.fsck().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn lots_and_products_are_rebuilt_as_they_were() {
    let kept = Kept::stocked().await;
    kept.is_rebuilt_as_it_is().await;
}

#[tokio::test]
async fn a_product_that_was_taken_back_with_its_lots_is_clean_and_rebuilt_as_it_was() {
    let kept = Kept::stocked().await;
    let item = json!({ "productCode": "HKR 102/A", "legacyIds": ["l0", "l1"] });
    kept.ask(json!({ "kind": "withdraw-imports", "tenant": "main", "items": [item] })).await;
    let item = json!({ "productCode": "HKR 102/A" });
    let answer = kept.ask(json!({ "kind": "withdraw-products", "tenant": "main", "items": [item] })).await;
    assert_eq!(answer["items"][0]["outcome"], "withdrawn", "{answer}");
    let commits: Vec<Commit> = kept.log.streams().into_values().flatten().collect();
    assert!(kept.relay.relay(&commits).await.is_empty());
    kept.clock.advance_ms(1_000_000);
    kept.is_rebuilt_as_it_is().await;
    let listed = kept.ask(json!({ "kind": "imported", "tenant": "main", "of": "products" })).await;
    assert_eq!(listed["ids"].as_object().unwrap().len(), 1, "{listed}");
}

#[tokio::test]
async fn a_snapshot_that_its_events_do_not_say_is_found() {
    let kept = Kept::stocked().await;
    kept.log.damage(|streams| {
        let commits = streams.values_mut().flatten();
        let snapshot = commits.filter_map(|commit| commit.snapshot.as_mut()).next().unwrap();
        snapshot.state["state"]["lots"]["1"]["available"] = json!("99999.000");
    });
    let found = kept.fsck().await;
    assert!(found.iter().any(|what| what.contains("the snapshot of commit 32")), "{found:?}");
}
