//! The context with everything outside it in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use assembly::Readiness;
use async_trait::async_trait;
use axum::Router;
use deal::direct::Direct;
use deal::http::{Api, routes};
use deal::ports::{KnownProduct, ProductName, StockAnswer, StockDesk, StockDeskError};
use deal::projections::Projections;
use deal::reactions::Reactions;
use deal::{CONTEXT, Deals, PARTIES};
use deal_domain::deal::CostedSource;
use deal_domain::{PartyId, ProductId, Terms};
use directory::{Directory, Known, MemoryOwner};
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Commit, EventStore, StorageError};
use event_store::{Page, Query, Row, Views};
use http_kit::testing::{TestRequest, TestResponse};
use http_kit::{CursorKey, Edge};
use kernel::{Actor, IdSource, Timestamp};
use lambda_entry::DirectHandler as _;
use messaging::{BatchHandler, Envelope, Incoming, MemoryBus, OutboxAuditor, Relay};
use serde_json::{Value, json};
use testkit::{Call, Fate, FaultyLog, ManualClock, NOON, NoWait, SequentialIds};

pub(crate) const PRODUCT: &str = "product_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f";
pub(crate) const LOT: &str = "lot_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f_1";
const EVERYTHING: [&str; 6] =
    ["deal:read", "deal:write", "deal:cancel", "deal:amend", "cost:read", "party:write"];

/// An inventory that knows one product and answers previews as it is told.
pub(crate) struct Desk {
    pub(crate) answer: Mutex<StockAnswer>,
    pub(crate) asked: Mutex<usize>,
}

#[async_trait]
impl StockDesk for Desk {
    async fn product(&self, name: &ProductName) -> Result<Option<KnownProduct>, StockDeskError> {
        *self.asked.lock().unwrap() += 1;
        let id: ProductId = PRODUCT.parse().unwrap();
        let known = match name {
            ProductName::Id(named) => *named == id,
            ProductName::Code(code) => code == "TR131",
        };
        Ok(known.then(|| KnownProduct { id, code: "TR131".to_owned() }))
    }

    async fn quote(&self, _: &Terms) -> Result<StockAnswer, StockDeskError> {
        Ok(self.answer.lock().unwrap().clone())
    }
}

/// Views that count what is asked of them.
#[derive(Default)]
pub(crate) struct CountingViews {
    inner: MemoryViews,
    pub(crate) calls: Mutex<BTreeMap<&'static str, usize>>,
}

impl CountingViews {
    fn count(&self, call: &'static str) {
        *self.calls.lock().unwrap().entry(call).or_default() += 1;
    }
}

#[async_trait]
impl Views for CountingViews {
    async fn put(&self, row: Row) -> Result<bool, StorageError> {
        self.count("put");
        self.inner.put(row).await
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError> {
        self.count("get");
        self.inner.get(pk, sk).await
    }

    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError> {
        self.count("get_many");
        self.inner.get_many(keys).await
    }

    async fn query(&self, query: Query) -> Result<Page, StorageError> {
        self.count("query");
        self.inner.query(query).await
    }
}

/// What stock answers when it has what [`sale`] wants.
pub(crate) fn costed() -> CostedSource {
    CostedSource {
        lot_id: LOT.parse().unwrap(),
        quantity_kg: "10".parse().unwrap(),
        rate_per_kg: "90".parse().unwrap(),
        supplier: "Acme".to_owned(),
        supplier_id: None,
        warehouse: None,
        bought_kg: None,
    }
}

pub(crate) struct World {
    pub(crate) log: Arc<MemoryLog>,
    /// What the context sees of the log, call by call.
    pub(crate) calls: Arc<FaultyLog>,
    pub(crate) views: Arc<CountingViews>,
    pub(crate) desk: Arc<Desk>,
    /// The customer context, asked directly.
    pub(crate) parties: Arc<MemoryOwner<PartyId>>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) bus: Arc<MemoryBus>,
    pub(crate) relay: Relay,
    pub(crate) reactions: Reactions,
    direct: Direct,
    router: Router,
    ids: Arc<SequentialIds>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_faults(|_| Fate::Pass)
    }

    /// A world in which calls of the log end as `decide` says.
    pub(crate) fn with_faults(decide: impl FnMut(&Call) -> Fate + Send + 'static) -> Self {
        let log = Arc::new(MemoryLog::default());
        let calls = Arc::new(FaultyLog::new(log.clone(), decide));
        let (views, ops) = (Arc::new(CountingViews::default()), Arc::new(MemoryOps::default()));
        let (clock, ids) = (Arc::new(ManualClock::new(NOON)), Arc::new(SequentialIds::default()));
        let bus = Arc::new(MemoryBus::default());
        let desk = Arc::new(Desk { answer: Mutex::new(StockAnswer::UnknownProduct), asked: Mutex::new(0) });
        let parties = Arc::new(MemoryOwner::new(|_, name| party(name.as_str())));
        for name in ["Ivory", "Acme"] {
            parties.enter(&known(name));
        }
        let deals = Deals {
            tenant: "main".parse().unwrap(),
            store: EventStore::new(calls.clone(), clock.clone(), ids.clone(), Arc::new(NoWait)),
            views: views.clone(),
            stock_desk: desk.clone(),
            parties: Directory::new(PARTIES, views.clone(), parties.clone()),
            clock: clock.clone(),
            ids: ids.clone(),
            timer: Arc::new(NoWait),
        };
        let commits = Arc::new(Projections::new(deals.clone()));
        let relay = Relay::new(CONTEXT, commits, bus.clone(), ops.clone(), clock.clone(), Arc::new(NoWait));
        let readiness = Readiness::new(deals.tenant.clone(), log.clone(), views.clone(), ops.clone());
        let direct = Direct::new(deals.clone(), readiness);
        let auditor =
            OutboxAuditor::new(deals.tenant.clone(), log.clone(), ops, relay.clone(), clock.clone());
        let reactions = Reactions::new(deals.clone(), auditor);
        let cursors = CursorKey::try_new(&[7; 32]).unwrap();
        let router = routes().into_router(Api { deals, cursors }, Edge::new(clock.clone(), ids.clone()));
        Self { log, calls, views, desk, parties, clock, bus, relay, reactions, direct, router, ids }
    }

    /// Sends a request as somebody who may do everything here.
    pub(crate) async fn send(&self, request: TestRequest) -> TestResponse {
        request.caller("user_1", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as somebody who may do this and no more.
    pub(crate) async fn send_as(&self, permissions: &[&str], request: TestRequest) -> TestResponse {
        request.caller("user_1", permissions).send(&self.router).await
    }

    /// Sends a request as somebody of another firm.
    pub(crate) async fn send_as_stranger(&self, request: TestRequest) -> TestResponse {
        request.caller_of("other", "user_2", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send_bare(&self, request: TestRequest) -> TestResponse {
        request.send(&self.router).await
    }

    /// Asks directly, as an operator does.
    pub(crate) async fn ask(&self, event: Value) -> Value {
        let kind = event["kind"].as_str().unwrap().to_owned();
        match self.direct.handle(&kind, event).await {
            Ok(answer) => answer,
            Err(error) => json!({ "error": error }),
        }
    }

    /// Registers a deal of anybody; gives its id.
    pub(crate) async fn register(&self, key: &str, sale: &Value) -> String {
        let answer = self.send(TestRequest::post("/v1/deals?createMissing=true").key(key).json(sale)).await;
        assert_eq!(answer.status(), 202, "{}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
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

    /// Hands one fact to this context, as its inbox would.
    pub(crate) async fn hear(&self, fact_type: &str, data: Value) -> bool {
        self.hear_at(fact_type, data, 1).await
    }

    /// The same, at this place in its own stream.
    pub(crate) async fn hear_at(&self, fact_type: &str, data: Value, sequence: u64) -> bool {
        let envelope = Envelope {
            id: self.ids.uuid(),
            fact_type: fact_type.to_owned(),
            schema_version: 1,
            source: "polymer.inventory".to_owned(),
            tenant_id: "main".parse().unwrap(),
            stream_type: "stock".to_owned(),
            stream_id: PRODUCT.to_owned(),
            sequence,
            commit_id: self.ids.uuid(),
            commit_index: 0,
            commit_size: 1,
            time: Timestamp::default(),
            correlation_id: "c-1".parse().unwrap(),
            causation_id: None,
            traceparent: None,
            actor: Actor::system("inventory"),
            replay: false,
            hash: "0".repeat(64),
            data,
        };
        self.reactions.on_facts(&[envelope]).await.iter().all(Result::is_ok)
    }

    /// Hands a message of the inbox to this context.
    pub(crate) async fn hear_message(&self, body: &str) -> bool {
        let Ok(Incoming::Fact(fact)) = messaging::decode(body) else { return false };
        self.reactions.on_facts(&[*fact]).await.iter().all(Result::is_ok)
    }

    pub(crate) async fn hear_reserved(&self, deal: &str) -> bool {
        let sources =
            json!([{ "lotId": LOT, "quantityKg": "10.000", "ratePerKg": "90.00", "supplier": "Acme" }]);
        self.hear(
            "inventory.stock-reserved",
            json!({ "dealId": deal, "productId": PRODUCT, "sources": sources }),
        )
        .await
    }

    pub(crate) async fn hear_rejected(&self, deal: &str) -> bool {
        let shortages =
            json!([{ "lotId": LOT, "requestedKg": "10.000", "availableKg": "4.000", "shortKg": "6.000" }]);
        self.hear(
            "inventory.stock-rejected",
            json!({ "dealId": deal, "productId": PRODUCT, "shortages": shortages }),
        )
        .await
    }
}

/// The identity of whoever has this name.
pub(crate) fn party(name: &str) -> PartyId {
    PartyId::new(uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.to_lowercase().as_bytes()))
}

/// Whoever has this name.
pub(crate) fn known(name: &str) -> Known<PartyId> {
    Known { id: party(name), name: name.parse().unwrap() }
}

pub(crate) fn sale() -> Value {
    json!({
        "date": "2025-08-01", "customer": "Ivory", "productId": PRODUCT, "quantityKg": "10", "ratePerKg": "95",
        "deliveryTerms": "pickup", "sources": [{ "lotId": LOT, "quantityKg": "10" }],
    })
}
