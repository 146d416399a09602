//! The context with everything outside it in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use assembly::Readiness;
use async_trait::async_trait;
use axum::Router;
use directory::{Directory, Known, MemoryOwner};
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Commit, EventStore, Page, Query, Row, StorageError, Stream, Views};
use http_kit::testing::{TestRequest, TestResponse};
use http_kit::{CursorKey, Edge};
use inventory::direct::Direct;
use inventory::http::{Api, routes};
use inventory::projections::Projections;
use inventory::reactions::Reactions;
use inventory::{CONTEXT, Inventory, PARTIES};
use inventory_domain::product::Product;
use inventory_domain::stock::{Lot, Stock};
use inventory_domain::{LotId, PartyId, ProductCode, ProductId};
use kernel::{Actor, Aggregate as _, Clock as _, IdSource, Timestamp};
use lambda_entry::DirectHandler as _;
use messaging::{BatchHandler, Envelope, MemoryBus, OutboxAuditor, Relay};
use serde_json::{Value, json};
use testkit::{ManualClock, NOON, NoWait, SequentialIds};

const EVERYTHING: [&str; 6] =
    ["product:read", "product:write", "lot:read", "lot:write", "cost:read", "party:write"];

/// Views that count the queries made of them.
#[derive(Default)]
pub(crate) struct CountingViews {
    inner: MemoryViews,
    queries: Mutex<usize>,
}

#[async_trait]
impl Views for CountingViews {
    async fn put(&self, row: Row) -> Result<bool, StorageError> {
        self.inner.put(row).await
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError> {
        self.inner.get(pk, sk).await
    }

    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError> {
        self.inner.get_many(keys).await
    }

    async fn query(&self, query: Query) -> Result<Page, StorageError> {
        *self.queries.lock().unwrap() += 1;
        self.inner.query(query).await
    }
}

pub(crate) struct World {
    views: Arc<CountingViews>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) log: Arc<MemoryLog>,
    /// The customer context, asked directly.
    pub(crate) parties: Arc<MemoryOwner<PartyId>>,
    pub(crate) bus: Arc<MemoryBus>,
    pub(crate) relay: Relay,
    pub(crate) reactions: Reactions,
    direct: Direct,
    router: Router,
    ids: Arc<SequentialIds>,
}

impl World {
    pub(crate) fn new() -> Self {
        let (log, views, ops) = (
            Arc::new(MemoryLog::default()),
            Arc::new(CountingViews::default()),
            Arc::new(MemoryOps::default()),
        );
        let (clock, ids) = (Arc::new(ManualClock::new(NOON)), Arc::new(SequentialIds::default()));
        let bus = Arc::new(MemoryBus::default());
        let store = EventStore::new(log.clone(), clock.clone(), ids.clone(), Arc::new(NoWait));
        let parties = Arc::new(MemoryOwner::new(|_, name| party(name.as_str())));
        parties.enter(&Known { id: party("Acme"), name: "Acme".parse().unwrap() });
        let inventory = Inventory {
            tenant: "main".parse().unwrap(),
            store,
            parties: Directory::new(PARTIES, views.clone(), parties.clone()),
            views: views.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let commits = Arc::new(Projections::new(inventory.clone()));
        let relay = Relay::new(CONTEXT, commits, bus.clone(), ops.clone(), clock.clone(), Arc::new(NoWait));
        let readiness =
            Readiness::new(inventory.tenant.clone(), log.clone(), inventory.views.clone(), ops.clone());
        let direct = Direct::new(inventory.clone(), readiness);
        let auditor =
            OutboxAuditor::new(inventory.tenant.clone(), log.clone(), ops, relay.clone(), clock.clone());
        let reactions = Reactions::new(inventory.clone(), auditor);
        let cursors = CursorKey::try_new(&[7; 32]).unwrap();
        let router = routes().into_router(Api { inventory, cursors }, Edge::new(clock.clone(), ids.clone()));
        Self { views, clock, log, parties, bus, relay, reactions, direct, router, ids }
    }

    /// Sends a request as somebody who may do everything here.
    pub(crate) async fn send(&self, request: TestRequest) -> TestResponse {
        request.caller("user_1", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as somebody who may do only this.
    pub(crate) async fn send_as(&self, permissions: &[&str], request: TestRequest) -> TestResponse {
        request.caller("user_3", permissions).send(&self.router).await
    }

    /// How many queries of the views a request takes that is answered with 200.
    pub(crate) async fn queries_of(&self, path: &str) -> usize {
        *self.views.queries.lock().unwrap() = 0;
        assert_eq!(self.send(TestRequest::get(path)).await.status(), 200, "{path}");
        *self.views.queries.lock().unwrap()
    }

    /// All entries of a list, in pages of four.
    pub(crate) async fn listed(&self, path: &str) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut found, mut next) = (Vec::new(), format!("{path}{joint}limit=4"));
        loop {
            let page = self.get(&next).await;
            found.extend(page["data"].as_array().unwrap().clone());
            let Some(cursor) = page["nextCursor"].as_str() else { return found };
            next = format!("{path}{joint}limit=4&cursor={cursor}");
        }
    }

    /// The lots of all products as the log has them, each with its id, its product's code and the version of its stock.
    pub(crate) fn folded(&self) -> Vec<(LotId, ProductCode, Lot, u64)> {
        let now = self.clock.now();
        let (mut codes, mut lots) = (BTreeMap::new(), Vec::new());
        for (stream, commits) in self.log.streams() {
            let product: ProductId = stream.key().parse().unwrap();
            if stream.kind() == Product::KIND {
                let folded = Stream::<Product>::fold(stream, &commits, now).unwrap();
                codes.insert(product, folded.state().details().unwrap().0.clone());
            } else {
                let folded = Stream::<Stock>::fold(stream, &commits, now).unwrap();
                let version = folded.version();
                let of_product = folded.state().lots().clone().into_iter();
                lots.extend(of_product.map(|(n, lot)| (LotId::new(product, n), lot, version)));
            }
        }
        let with_code = |(id, lot, version): (LotId, Lot, u64)| (id, codes[&id.root()].clone(), lot, version);
        lots.into_iter().map(with_code).collect()
    }

    /// Sends a request as somebody of another firm.
    pub(crate) async fn send_as_stranger(&self, request: TestRequest) -> TestResponse {
        request.caller_of("other", "user_2", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send_bare(&self, request: TestRequest) -> TestResponse {
        request.send(&self.router).await
    }

    /// Asks directly, as another function or an operator does.
    pub(crate) async fn ask(&self, event: Value) -> Value {
        let kind = event["kind"].as_str().unwrap().to_owned();
        match self.direct.handle(&kind, event).await {
            Ok(answer) => answer,
            Err(error) => json!({ "error": error }),
        }
    }

    /// A product of this code; gives its id.
    pub(crate) async fn product(&self, code: &str) -> String {
        let body = json!({ "productCode": code });
        let made = self
            .send(TestRequest::post("/v1/products").key(&format!("p {code}").replace(' ', "_")).json(&body))
            .await;
        assert_eq!(made.status(), 201, "{}", made.json());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// A lot of this product; gives its id.
    pub(crate) async fn lot(&self, product: &str, quantity: &str, rate: &str) -> String {
        let key = self.ids.uuid().to_string();
        let made =
            self.send(TestRequest::post("/v1/lots").key(&key).json(&receipt(product, quantity, rate))).await;
        assert_eq!(made.status(), 201, "{}", made.json());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(TestRequest::get(path)).await.json()
    }

    /// Relays everything the log holds, as the stream would; gives what was published.
    pub(crate) async fn relay_all(&self) -> Vec<Envelope> {
        let commits: Vec<Commit> = self.log.streams().into_values().flatten().collect();
        assert!(self.relay.relay(&commits).await.is_empty());
        self.bus.take()
    }

    /// Hands facts of the deal context to this one, as its inbox would.
    pub(crate) async fn hear(&self, facts: &[(&str, Value)]) -> Vec<bool> {
        let envelopes: Vec<Envelope> =
            facts.iter().map(|(name, data)| self.envelope(name, data.clone())).collect();
        self.reactions.on_facts(&envelopes).await.iter().map(Result::is_ok).collect()
    }

    pub(crate) fn envelope(&self, fact_type: &str, data: Value) -> Envelope {
        Envelope {
            id: self.ids.uuid(),
            fact_type: fact_type.to_owned(),
            schema_version: 1,
            source: "polymer.deal".to_owned(),
            tenant_id: "main".parse().unwrap(),
            stream_type: "deal".to_owned(),
            stream_id: "deal_00000000000000000000000000000001".to_owned(),
            sequence: 1,
            commit_id: self.ids.uuid(),
            commit_index: 0,
            commit_size: 1,
            time: Timestamp::default(),
            correlation_id: "c-1".parse().unwrap(),
            causation_id: None,
            traceparent: None,
            actor: Actor::system("deal"),
            replay: false,
            hash: "0".repeat(64),
            data,
        }
    }
}

/// The identity of whoever has this name.
pub(crate) fn party(name: &str) -> PartyId {
    PartyId::new(uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.to_lowercase().as_bytes()))
}

pub(crate) fn receipt(product: &str, quantity: &str, rate: &str) -> Value {
    json!({
        "productId": product, "supplier": "Acme", "warehouse": "Main Warehouse",
        "quantityKg": quantity, "ratePerKg": rate, "receivedOn": "2025-07-01",
    })
}

/// A value as a query string carries it.
pub(crate) fn encoded(value: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    value.bytes().map(byte).collect()
}
