//! The context with everything outside it in memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use assembly::{Inbox, Readiness};
use async_trait::async_trait;
use axum::Router;
use event_store::log::{CommitLog, MemoryLog};
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Commit, EventStore};
use http_kit::testing::{TestRequest, TestResponse};
use http_kit::{CursorKey, Edge};
use kernel::{Actor, IdSource};
use lambda_entry::{DirectHandler as _, InboxHandler as _, InboxRecord};
use messaging::{BatchHandler as _, Envelope, MemoryBus, OutboxAuditor, Parking, Relay};
use notification::adapters::memory::{FixedSecrets, MemoryDeals, MemoryGoods, MemoryQueues};
use notification::codes::CodeKey;
use notification::direct::Direct;
use notification::http::{Api, routes};
use notification::ports::{
    Messenger, Messengers, Outgoing, Queues, SendOrder, Sent, TelegramSecrets, WhatsAppSecrets,
};
use notification::projections::Projections;
use notification::reactions::{Hooks, Reactions};
use notification::sending::{Desk, Sender};
use notification::{CONTEXT, Notifications};
use notification_domain::message::{Form, Notice, Plan, Wording};
use notification_domain::template::Good;
use notification_domain::{Phone, Recipient};
use serde_json::{Value, json};
use testkit::{ManualClock, NOON, NoWait, SequentialIds};

pub(crate) use crate::notices::{notice, sign, status};

pub(crate) const EVERYTHING: [&str; 3] = ["notification:read", "notification:write", "notification:tell"];
pub(crate) const NUMBER_ID: &str = "100000000000001";
pub(crate) const DEAL: &str = "deal_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f";
/// A deal that is not decided yet.
pub(crate) const PENDING: &str = "deal_0190f3c2a1b27c3d8e4f5a6b7c8d9e10";

/// A call as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) notification: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) form: Form,
}

/// A provider that does as it is told, and accepts everything when it is told nothing.
#[derive(Debug, Default)]
pub(crate) struct Script {
    outcomes: Mutex<VecDeque<Sent>>,
    calls: Mutex<Vec<Call>>,
}

impl Script {
    pub(crate) fn next(&self, outcomes: impl IntoIterator<Item = Sent>) {
        self.outcomes.lock().unwrap().extend(outcomes);
    }

    pub(crate) fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }
}

#[async_trait]
impl<A: std::fmt::Display + Sync> Messenger<A> for Script {
    async fn send(&self, to: &A, outgoing: &Outgoing<'_>) -> Sent {
        let mut calls = self.calls.lock().unwrap();
        calls.push(Call {
            notification: outgoing.notification.to_string(),
            to: to.to_string(),
            text: outgoing.plan.text.clone(),
            form: outgoing.form,
        });
        let accepted = Sent::Accepted { provider_id: format!("wamid.{}", calls.len()) };
        self.outcomes.lock().unwrap().pop_front().unwrap_or(accepted)
    }
}

pub(crate) fn secrets() -> WhatsAppSecrets {
    WhatsAppSecrets {
        access_token: "sim-whatsapp-token".to_owned(),
        app_secret: "app-secret".to_owned(),
        verify_token: "sim-whatsapp-verify-token".to_owned(),
    }
}

pub(crate) fn telegram_secrets() -> TelegramSecrets {
    TelegramSecrets {
        bot_token: "110201543:sim-telegram-token".to_owned(),
        hook_secret: "sim-telegram-hook-secret".to_owned(),
        bot_name: Some("polymer_desk_bot".to_owned()),
    }
}

/// The queues and the provider of WhatsApp.
type Outside = (Arc<dyn Queues>, Arc<dyn Messenger<Phone>>);

pub(crate) struct World {
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) ops: Arc<MemoryOps>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) queues: Arc<MemoryQueues>,
    pub(crate) whatsapp: Arc<Script>,
    pub(crate) telegram: Arc<Script>,
    pub(crate) email: Arc<Script>,
    pub(crate) sms: Arc<Script>,
    deals: Arc<MemoryDeals>,
    pub(crate) notifications: Notifications,
    pub(crate) views: Arc<MemoryViews>,
    pub(crate) reactions: Reactions,
    pub(crate) desk: Desk,
    relay: Relay,
    relayed: Mutex<BTreeSet<String>>,
    bus: Arc<MemoryBus>,
    direct: Direct,
    router: Router,
    ids: Arc<SequentialIds>,
}

/// What the handlers work with.
pub(crate) fn api(notifications: &Notifications) -> Api {
    Api {
        notifications: notifications.clone(),
        whatsapp: Arc::new(FixedSecrets(secrets())),
        telegram: Arc::new(FixedSecrets(telegram_secrets())),
        codes: CodeKey::derived_from(&[7; 32]),
        cursors: CursorKey::try_new(&[7; 32]).unwrap(),
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::build(Arc::new(ManualClock::new(NOON)), None, |log| log)
    }

    /// With a log that fails as a test decides.
    pub(crate) fn over(wrap: impl FnOnce(Arc<MemoryLog>) -> Arc<dyn CommitLog>) -> Self {
        Self::build(Arc::new(ManualClock::new(NOON)), None, wrap)
    }

    /// With queues and a provider of one's own, instead of those in memory.
    pub(crate) fn around(clock: Arc<ManualClock>, outside: Option<Outside>) -> Self {
        Self::build(clock, outside, |log| log)
    }

    fn build(
        clock: Arc<ManualClock>,
        outside: Option<Outside>,
        wrap: impl FnOnce(Arc<MemoryLog>) -> Arc<dyn CommitLog>,
    ) -> Self {
        let (log, views) = (Arc::new(MemoryLog::default()), Arc::new(MemoryViews::default()));
        let (ops, bus) = (Arc::new(MemoryOps::default()), Arc::new(MemoryBus::default()));
        let ids = Arc::new(SequentialIds::default());
        let (queues, whatsapp) = (Arc::new(MemoryQueues::default()), Arc::new(Script::default()));
        let (carrying, calling) = outside.unwrap_or_else(|| (queues.clone(), whatsapp.clone()));
        let good =
            Good { code: "TR131".to_owned(), company: "IOCL".to_owned(), grade: "PP Raffia".to_owned() };
        let deals = Arc::new(MemoryDeals::default());
        let product = "product_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap();
        let notifications = Notifications {
            tenant: "main".parse().unwrap(),
            store: EventStore::new(wrap(log.clone()), clock.clone(), ids.clone(), Arc::new(NoWait)),
            views: views.clone(),
            ops: ops.clone(),
            goods: Arc::new(MemoryGoods(BTreeMap::from([(product, good)]))),
            deals: deals.clone(),
            queues: carrying,
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let tenant = notifications.tenant.clone();
        let commits = Arc::new(Projections::new(notifications.clone()));
        let relay = Relay::new(CONTEXT, commits, bus.clone(), ops.clone(), clock.clone(), Arc::new(NoWait));
        let auditor =
            OutboxAuditor::new(tenant.clone(), log.clone(), ops.clone(), relay.clone(), clock.clone());
        let reactions = Reactions::new(notifications.clone(), auditor);
        let parking = Parking::new(ops.clone(), clock.clone());
        let script = Arc::<Script>::default;
        let (telegram, email, sms) = (script(), script(), script());
        let messengers = Messengers {
            whatsapp: calling,
            telegram: telegram.clone(),
            email: email.clone(),
            sms: sms.clone(),
        };
        let sender = Sender::new(notifications.clone(), messengers, parking.clone());
        let codes = CodeKey::derived_from(&[7; 32]);
        let hooks = Hooks::new(notifications.clone(), parking.clone(), NUMBER_ID, codes);
        let inbox = Inbox::new(tenant.clone(), parking, Arc::new(reactions.clone()));
        let desk = Desk::new(sender, hooks, Arc::new(inbox));
        let direct = Direct::new(Readiness::new(tenant, log.clone(), views.clone(), ops.clone()));
        let api = api(&notifications);
        let router = routes().into_router(api, Edge::new(clock.clone(), ids.clone()));
        let relayed = Mutex::default();
        Self {
            log,
            ops,
            clock,
            queues,
            whatsapp,
            telegram,
            email,
            sms,
            deals,
            notifications,
            views,
            reactions,
            desk,
            relay,
            relayed,
            bus,
            direct,
            router,
            ids,
        }
    }

    /// With the four people of the demo data.
    pub(crate) async fn with_people() -> Self {
        let world = Self::new();
        world.name_people().await;
        world
    }

    pub(crate) async fn name_people(&self) {
        let named = self.name(0, &people()).await;
        assert_eq!(named.status(), 200, "{}", named.json());
    }

    pub(crate) const fn router(&self) -> &Router {
        &self.router
    }

    pub(crate) async fn send(&self, request: TestRequest) -> TestResponse {
        request.caller("user_1", &EVERYTHING).send(&self.router).await
    }

    pub(crate) async fn send_bare(&self, request: TestRequest) -> TestResponse {
        request.send(&self.router).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.send(TestRequest::get(path)).await;
        assert_eq!(answer.status(), 200, "{path}: {}", answer.json());
        answer.json()
    }

    pub(crate) async fn act(&self, id: &str, action: &str) -> TestResponse {
        self.send(TestRequest::post(&format!("/v1/notifications/{id}/{action}"))).await
    }

    pub(crate) async fn name(&self, version: u64, audiences: &Value) -> TestResponse {
        let request = TestRequest::new("PUT".parse().unwrap(), "/v1/audiences");
        self.send(request.if_match(version).json(audiences)).await
    }

    /// Names whom a deal is told to besides the audiences.
    pub(crate) async fn name_for(&self, deal: &str, version: u64, phones: &[&str]) -> TestResponse {
        let people: Vec<Value> = phones.iter().map(|phone| person("Haulier", phone)).collect();
        let request = TestRequest::new("PUT".parse().unwrap(), &format!("/v1/audiences/deals/{deal}"));
        self.send(request.if_match(version).json(&json!({ "recipients": people }))).await
    }

    pub(crate) async fn ask(&self, event: Value) -> Value {
        let kind = event["kind"].as_str().unwrap().to_owned();
        self.direct.handle(&kind, event).await.unwrap()
    }

    /// The deal context knows a deal as the published example says.
    pub(crate) fn knows(&self, deal: Value) {
        self.deals.put(&"main".parse().unwrap(), serde_json::from_value(deal).unwrap());
    }

    /// The deal of the published example is confirmed, cancelled or amended, and this is heard.
    pub(crate) async fn decided(&self, fact: &str) -> Envelope {
        self.decided_with(fact, &[]).await
    }

    /// The same, and of an amended deal these terms have changed besides.
    pub(crate) async fn decided_with(&self, fact: &str, terms: &[&str]) -> Envelope {
        let mut data = published("deal", fact);
        self.knows(data.clone());
        if let Some(changes) = data.get_mut("changes").and_then(Value::as_array_mut) {
            changes.extend(terms.iter().map(|term| json!({ "field": term, "before": "a", "after": "b" })));
        }
        let envelope = self.envelope(&format!("deal.{fact}"), data);
        assert!(self.reactions.on_facts(std::slice::from_ref(&envelope)).await[0].is_ok());
        envelope
    }

    /// Relays what the log holds and nobody has relayed yet, and what that leads to, as the stream would; gives what was
    /// published.
    pub(crate) async fn relay(&self) -> Vec<Envelope> {
        loop {
            let mut commits: Vec<Commit> = self.log.streams().into_values().flatten().collect();
            commits.retain(|commit| self.relayed.lock().unwrap().insert(commit.id.to_string()));
            if commits.is_empty() {
                return self.bus.take();
            }
            assert!(self.relay.relay(&commits).await.is_empty());
        }
    }

    /// Relays commits that were relayed before.
    pub(crate) async fn relay_again(&self, commits: &[Commit]) {
        assert!(self.relay.relay(commits).await.is_empty());
    }

    /// The orders that wait now.
    pub(crate) async fn orders(&self) -> Vec<SendOrder> {
        self.relay().await;
        self.queues.take_orders()
    }

    /// Hands one order to the function. Gives how long it is held, in milliseconds, when it has to come again.
    pub(crate) async fn carry_out(&self, order: &SendOrder) -> Option<i64> {
        let failed = self.desk.handle(vec![record("order", &serde_json::to_string(order).unwrap())]).await;
        let held = self.queues.take_held();
        assert_eq!(failed.len(), held.len());
        held.first().map(|(_, wait_ms)| *wait_ms)
    }

    /// Hears of a confirmed deal and gives the order to tell accounts of it.
    pub(crate) async fn one_order(&self) -> SendOrder {
        self.decided("confirmed").await;
        let orders = self.orders().await;
        for order in orders {
            if self.shown(&order).await["audience"] == "accounts" {
                return order;
            }
        }
        panic!("nobody is told")
    }

    pub(crate) async fn shown(&self, order: &SendOrder) -> Value {
        self.get(&format!("/v1/notifications/{}", order.send)).await
    }

    /// Posts a signed webhook and has what it said acted on.
    pub(crate) async fn hook(&self, notice: &Value) {
        let body = notice.to_string();
        let signature = sign(&body);
        let request = TestRequest::post("/v1/hooks/whatsapp").header("x-hub-signature-256", &signature);
        let answer = self.send_bare(request.raw("application/json", body)).await;
        assert_eq!(answer.status(), 200, "{}", answer.json());
        self.act_on_heard().await;
    }

    pub(crate) async fn act_on_heard(&self) {
        for heard in self.queues.take_heard() {
            assert!(self.desk.handle(vec![record("hook", &heard)]).await.is_empty(), "{heard}");
        }
    }

    pub(crate) fn envelope(&self, fact_type: &str, data: Value) -> Envelope {
        Envelope {
            id: self.ids.uuid(),
            fact_type: fact_type.to_owned(),
            schema_version: 1,
            source: "polymer.deal".to_owned(),
            tenant_id: "main".parse().unwrap(),
            stream_type: "deal".to_owned(),
            stream_id: DEAL.to_owned(),
            sequence: 2,
            commit_id: self.ids.uuid(),
            commit_index: 0,
            commit_size: 1,
            time: NOON,
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

/// The deal of the published example, and one that has no sources yet.
pub(crate) fn people() -> Value {
    json!({
        "accounts": [person("Asha", "+919800000001")],
        "logistics": [person("Ravi", "+91 98000 00002")],
        "owners": [person("Meera", "+919800000003"), person("Vikram", "+919800000004")],
    })
}

fn person(name: &str, phone: &str) -> Value {
    json!({ "name": name, "phone": phone })
}

/// A message of one's own, as it is planned.
pub(crate) fn one_off(recipient: Recipient, text: &str) -> Plan {
    Plan::new(recipient, Wording::Notice(Notice::OneOff), text.to_owned())
}

pub(crate) fn record(id: &str, body: &str) -> InboxRecord {
    InboxRecord {
        message_id: id.to_owned(),
        receipt_handle: format!("receipt of {id}"),
        body: body.to_owned(),
        receive_count: 1,
    }
}

/// The example of a published fact.
pub(crate) fn published(context: &str, fact: &str) -> Value {
    let file =
        format!("{}/../../events/contracts/{context}/{fact}.v1.example.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()
}
