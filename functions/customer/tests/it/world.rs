//! The context with everything outside it in memory.

use std::sync::Arc;

use assembly::Readiness;
use axum::Router;
use customer::adapters::MemoryVault;
use customer::direct::Direct;
use customer::http::{Api, routes};
use customer::projections::Projections;
use customer::reactions::Reactions;
use customer::vault::KeyRing;
use customer::{CONTEXT, Customers};
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Commit, CommitLog, EventStore};
use http_kit::testing::{TestRequest, TestResponse};
use http_kit::{CursorKey, Edge};
use kernel::{Actor, IdSource, Timestamp};
use lambda_entry::{DirectError, DirectHandler as _};
use messaging::{BatchHandler, Envelope, MemoryBus, OutboxAuditor, Relay};
use serde_json::{Value, json};
use testkit::{ManualClock, NOON, NoWait, SequentialIds};

pub(crate) const EVERYTHING: [&str; 5] =
    ["party:read", "party:contacts", "party:write", "party:erase", "cost:read"];

pub(crate) struct World {
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) views: Arc<MemoryViews>,
    pub(crate) ops: Arc<MemoryOps>,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) relay: Relay,
    pub(crate) reactions: Reactions,
    pub(crate) customers: Customers,
    bus: Arc<MemoryBus>,
    direct: Direct,
    router: Router,
    ids: Arc<SequentialIds>,
}

impl World {
    pub(crate) fn new() -> Self {
        let log = Arc::new(MemoryLog::default());
        Self::on(log.clone(), log)
    }

    /// The context on a log that does something to the calls it passes to `memory`.
    pub(crate) fn on(log: Arc<dyn CommitLog>, memory: Arc<MemoryLog>) -> Self {
        let (views, ops) = (Arc::new(MemoryViews::default()), Arc::new(MemoryOps::default()));
        let (clock, ids) = (Arc::new(ManualClock::new(NOON)), Arc::new(SequentialIds::default()));
        let bus = Arc::new(MemoryBus::default());
        let vault = Arc::new(MemoryVault::try_new().unwrap());
        let customers = Customers {
            tenant: "main".parse().unwrap(),
            store: EventStore::new(log.clone(), clock.clone(), ids.clone(), Arc::new(NoWait)),
            views: views.clone(),
            ops: ops.clone(),
            keys: KeyRing::new(vault.clone(), ops.clone(), clock.clone()),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let commits = Arc::new(Projections::new(customers.clone()));
        let relay = Relay::new(CONTEXT, commits, bus.clone(), ops.clone(), clock.clone(), Arc::new(NoWait));
        let tenant = customers.tenant.clone();
        let auditor =
            OutboxAuditor::new(tenant.clone(), log.clone(), ops.clone(), relay.clone(), clock.clone());
        let reactions = Reactions::new(customers.clone(), auditor);
        let readiness = Readiness::new(tenant, log.clone(), views.clone(), ops.clone());
        let direct = Direct::new(customers.clone(), readiness);
        let cursors = CursorKey::try_new(&[7; 32]).unwrap();
        let api = Api { customers: customers.clone(), cursors };
        let router = routes().into_router(api, Edge::new(clock.clone(), ids.clone()));
        Self { log: memory, views, ops, vault, clock, relay, reactions, customers, bus, direct, router, ids }
    }

    /// The same tables and vault served by another process, which has nothing in its memory.
    pub(crate) fn other_process(&self) -> Customers {
        let keys = KeyRing::new(self.vault.clone(), self.ops.clone(), self.clock.clone());
        Customers { keys, ..self.customers.clone() }
    }

    pub(crate) const fn router(&self) -> &Router {
        &self.router
    }

    /// Sends a request as somebody who may do everything here.
    pub(crate) async fn send(&self, request: TestRequest) -> TestResponse {
        request.caller("user_1", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as somebody with these permissions.
    pub(crate) async fn send_with(&self, permissions: &[&str], request: TestRequest) -> TestResponse {
        request.caller("user_2", permissions).send(&self.router).await
    }

    /// Sends a request as somebody of another firm.
    pub(crate) async fn send_as_stranger(&self, request: TestRequest) -> TestResponse {
        request.caller_of("other", "user_3", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send_bare(&self, request: TestRequest) -> TestResponse {
        request.send(&self.router).await
    }

    /// Asks directly.
    pub(crate) async fn ask(&self, event: Value) -> Result<Value, DirectError> {
        let kind = event["kind"].as_str().unwrap().to_owned();
        self.direct.handle(&kind, event).await
    }

    /// Enters a party; gives its answer.
    pub(crate) async fn enter(&self, body: &Value) -> Value {
        let key = self.ids.uuid().to_string();
        let made = self.send(TestRequest::post("/v1/parties").key(&key).json(body)).await;
        assert_eq!(made.status(), 201, "{}", made.json());
        made.json()
    }

    /// A customer of this name; gives its id.
    pub(crate) async fn customer(&self, name: &str) -> String {
        self.enter(&json!({ "name": name, "roles": ["customer"] })).await["id"].as_str().unwrap().to_owned()
    }

    /// A party with everything that is personal; gives its id.
    pub(crate) async fn ivory(&self) -> String {
        self.enter(&ivory()).await["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(TestRequest::get(path)).await.json()
    }

    /// Changes a party from the version it has.
    pub(crate) async fn change(&self, id: &str, body: &Value) -> TestResponse {
        let path = format!("/v1/parties/{id}");
        let version = self.get(&path).await["version"].as_u64().unwrap();
        self.send(TestRequest::patch(&path).if_match(version).json(body)).await
    }

    /// Lets one party lead to another.
    pub(crate) async fn merge(&self, this: &str, into: &str) -> TestResponse {
        self.send(TestRequest::post(&format!("/v1/parties/{this}/merge")).json(&json!({ "intoId": into })))
            .await
    }

    /// `POST` without a body to a party.
    pub(crate) async fn act(&self, id: &str, action: &str) -> TestResponse {
        self.send(TestRequest::post(&format!("/v1/parties/{id}/{action}"))).await
    }

    /// Relays everything the log holds, as the stream would; gives what was published.
    pub(crate) async fn relay_all(&self) -> Vec<Envelope> {
        let commits: Vec<Commit> = self.log.streams().into_values().flatten().collect();
        assert!(self.relay.relay(&commits).await.is_empty());
        self.bus.take()
    }

    /// Hands facts of the deal context to this one, as its inbox would.
    pub(crate) async fn hear(&self, facts: &[Envelope]) -> Vec<bool> {
        self.reactions.on_facts(facts).await.iter().map(Result::is_ok).collect()
    }

    pub(crate) fn envelope(&self, fact_type: &str, sequence: u64, data: Value) -> Envelope {
        Envelope {
            id: self.ids.uuid(),
            fact_type: fact_type.to_owned(),
            schema_version: 1,
            source: "polymer.deal".to_owned(),
            tenant_id: "main".parse().unwrap(),
            stream_type: "deal".to_owned(),
            stream_id: "deal_00000000000000000000000000000001".to_owned(),
            sequence,
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

pub(crate) fn ivory() -> Value {
    json!({
        "name": "Ivory Ice\u{2011}cream Cups",
        "roles": ["customer"],
        "tags": ["Raffia"],
        "contacts": [{ "name": "Asha Rao", "phones": ["+91 98765 43210"], "emails": ["Asha@Ivory.example"] }],
        "addresses": [{ "lines": "12, MIDC Road", "city": "Bhiwandi", "postalCode": "421302", "stateCode": "27" }],
        "gstin": "27AAPFU0939F1ZV",
        "pan": "AAPFU0939F",
        "paymentTermsDays": 30,
        "creditLimitInr": "500000",
    })
}

/// What must stand nowhere in the clear.
pub(crate) const SECRETS: [&str; 7] =
    ["98765", "asha@", "Asha Rao", "MIDC", "Bhiwandi", "27AAPFU0939F1ZV", "AAPFU0939F"];
