//! The context with everything outside it in memory, or with Google simulated.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use crate::lists::Lists;
use assembly::Readiness;
use async_trait::async_trait;
use axum::Router;
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{BoxError, Commit, EventStore};
use http_kit::testing::{TestRequest, TestResponse};
use http_kit::{CursorKey, Edge};
use kernel::{Actor, IdSource as _, Timestamp};
use lambda_entry::{DirectHandler as _, InboxHandler, InboxRecord};
use messaging::{BatchHandler, Envelope, Incoming, MemoryBus, OutboxAuditor, Relay};
use resilience::{Breaker, Limiter};
use serde_json::{Value, json};
use sync::adapters::{MemorySheet, MemoryTabs, MemoryWork, amend_deal, amended};
use sync::direct::Direct;
use sync::http::{Api, routes};
use sync::ports::{Amended, Amending, DealDesk, KeySource, ProductDesk, Spreadsheet, Work};
use sync::projections::Projections;
use sync::reactions::Reactions;
use sync::worker::Worker;
use sync::{BREAKER, CONTEXT, Sheets};
use sync_domain::{Cell, Policy, ProductId, ProductWords};
use testkit::{Fate, FaultyLog, ManualClock, NOON, NoWait, Operation, SequentialIds};

pub(crate) const PRODUCT: &str = "product_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f";
const EVERYTHING: [&str; 2] = ["sync:read", "sync:run"];

/// An inventory that knows one product.
struct Desk;

#[async_trait]
impl ProductDesk for Desk {
    async fn words(&self, product: ProductId) -> Result<Option<ProductWords>, BoxError> {
        Ok((product.to_string() == PRODUCT).then(|| ProductWords {
            code: "TR131".to_owned(),
            grade: "PP Raffia".to_owned(),
            company: "IOCL".to_owned(),
            specific_grade: "PP".to_owned(),
        }))
    }
}

/// Deals as their own context has them, as far as the sheet can tell.
#[derive(Default)]
pub(crate) struct Firm {
    deals: Mutex<BTreeMap<String, (u64, Value)>>,
    /// What was asked, and answered by its key.
    answers: Mutex<BTreeMap<String, Amended>>,
    silent: Mutex<bool>,
}

impl Firm {
    /// The deal as it stands, and its version.
    pub(crate) fn deal(&self, number: u32) -> (u64, Value) {
        self.deals.lock().unwrap()[&deal_id(number)].clone()
    }

    /// How many different changes were asked for.
    pub(crate) fn asked(&self) -> usize {
        self.answers.lock().unwrap().len()
    }

    /// Lets it answer nothing, or answer again.
    pub(crate) fn silence(&self, silent: bool) {
        *self.silent.lock().unwrap() = silent;
    }
}

#[async_trait]
impl DealDesk for Firm {
    async fn amend(&self, amending: &Amending) -> Result<Amended, BoxError> {
        if *self.silent.lock().unwrap() {
            return Err("no answer".into());
        }
        let event = amend_deal(amending);
        let mut answers = self.answers.lock().unwrap();
        if let Some(answer) = answers.get(&amending.key) {
            return Ok(answer.clone());
        }
        let mut deals = self.deals.lock().unwrap();
        let Some((version, deal)) = deals.get_mut(event["dealId"].as_str().unwrap()) else {
            return amended(json!({ "outcome": "refused", "reason": "there is no such deal", "version": 0 }));
        };
        let read =
            |value: &Value| value.as_str().unwrap().trim_end_matches('0').trim_end_matches('.').to_owned();
        let terms = event["terms"].as_object().unwrap();
        let overtaken = terms.keys().any(|name| read(&event["seen"][name]) != read(&deal["terms"][name]));
        let answer = if deal["status"] != "confirmed" {
            json!({ "outcome": "refused", "reason": "the deal is cancelled", "version": *version })
        } else if overtaken {
            json!({ "outcome": "overtaken", "version": *version, "deal": deal })
        } else {
            for (name, value) in terms {
                deal["terms"][name] = value.clone();
            }
            *version += 1;
            json!({ "outcome": "amended", "version": *version, "deal": deal })
        };
        let answer = amended(answer)?;
        answers.insert(amending.key.clone(), answer.clone());
        Ok(answer)
    }
}

/// The secret that pokes are signed with.
pub(crate) const HOOK_SECRET: &str = "between us and the sheet";

struct Hook;

#[async_trait]
impl KeySource for Hook {
    async fn key(&self) -> Result<String, BoxError> {
        Ok(HOOK_SECRET.to_owned())
    }
}

/// Nobody: what is no work was sent to the wrong queue.
struct NoInbox;

#[async_trait]
impl InboxHandler for NoInbox {
    async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String> {
        records.into_iter().map(|record| record.message_id).collect()
    }
}

pub(crate) struct World {
    pub(crate) sheets: Sheets,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) views: Arc<MemoryViews>,
    pub(crate) ops: Arc<MemoryOps>,
    pub(crate) sheet: Arc<MemorySheet>,
    pub(crate) work: Arc<MemoryWork>,
    pub(crate) tabs: Arc<MemoryTabs>,
    pub(crate) lists: Arc<Lists>,
    pub(crate) firm: Arc<Firm>,
    /// How many appends the log still takes before the function dies; none dies when negative.
    left: Arc<AtomicI64>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) bus: Arc<MemoryBus>,
    pub(crate) relay: Relay,
    pub(crate) reactions: Reactions,
    pub(crate) worker: Worker,
    direct: Direct,
    router: Router,
    ids: Arc<SequentialIds>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_policy(Policy::DatabaseWins)
    }

    pub(crate) fn with_policy(policy: Policy) -> Self {
        let sheet = Arc::new(MemorySheet::default());
        Self { sheet: sheet.clone(), ..Self::on(policy, sheet, Arc::new(ManualClock::new(NOON))) }
    }

    /// A world with this spreadsheet; its own `sheet` is another one.
    pub(crate) fn on(policy: Policy, spreadsheet: Arc<dyn Spreadsheet>, clock: Arc<ManualClock>) -> Self {
        let log = Arc::new(MemoryLog::default());
        let (views, ops) = (Arc::new(MemoryViews::default()), Arc::new(MemoryOps::default()));
        let (bus, work) = (Arc::new(MemoryBus::default()), Arc::new(MemoryWork::default()));
        let (ids, firm) = (Arc::new(SequentialIds::default()), Arc::new(Firm::default()));
        let (tabs, lists): (Arc<MemoryTabs>, Arc<Lists>) = Default::default();
        let left = Arc::new(AtomicI64::new(-1));
        let taken = left.clone();
        let mortal = Arc::new(FaultyLog::new(log.clone(), move |call| {
            if call.operation != Operation::Append {
                return Fate::Pass;
            }
            match taken.load(Ordering::SeqCst) {
                0 => Fate::FailBefore,
                left => {
                    taken.store(left - i64::from(left > 0), Ordering::SeqCst);
                    Fate::Pass
                }
            }
        }));
        let tenant: kernel::Tenant = "main".parse().unwrap();
        let sheets = Sheets {
            tenant: tenant.clone(),
            store: EventStore::new(mortal, clock.clone(), ids.clone(), Arc::new(NoWait)),
            views: views.clone(),
            ops: ops.clone(),
            spreadsheet,
            work: work.clone(),
            tabs: tabs.clone(),
            listings: lists.clone(),
            products: Arc::new(Desk),
            deals: firm.clone(),
            breaker: Breaker::new(ops.clone(), clock.clone(), tenant.clone(), "google-sheets", BREAKER),
            limiter: Limiter::new(ops.clone(), clock.clone(), tenant.clone()),
            policy,
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let commits = Arc::new(Projections::new(sheets.clone()));
        let relay = Relay::new(CONTEXT, commits, bus.clone(), ops.clone(), clock.clone(), Arc::new(NoWait));
        let readiness = Readiness::new(tenant.clone(), log.clone(), views.clone(), ops.clone());
        let auditor = OutboxAuditor::new(tenant, log.clone(), ops.clone(), relay.clone(), clock.clone());
        let reactions = Reactions::new(sheets.clone(), auditor);
        let worker = Worker::new(sheets.clone(), Arc::new(NoInbox));
        let cursors = CursorKey::try_new(&[7; 32]).unwrap();
        let router = routes().into_router(
            Api { sheets: sheets.clone(), cursors, hook: Arc::new(Hook) },
            Edge::new(clock.clone(), ids.clone()),
        );
        let (sheet, direct) = (Arc::new(MemorySheet::default()), Direct::new(readiness));
        Self {
            sheets,
            log,
            views,
            ops,
            sheet,
            work,
            tabs,
            lists,
            firm,
            left,
            clock,
            bus,
            relay,
            reactions,
            worker,
            direct,
            router,
            ids,
        }
    }

    /// Sends a request as somebody who may do everything here.
    pub(crate) async fn send(&self, request: TestRequest) -> TestResponse {
        request.caller("user_1", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as somebody of another firm.
    pub(crate) async fn send_as_stranger(&self, request: TestRequest) -> TestResponse {
        request.caller_of("other", "user_2", &EVERYTHING).send(&self.router).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send_bare(&self, request: TestRequest) -> TestResponse {
        request.send(&self.router).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(TestRequest::get(path)).await.json()
    }

    pub(crate) async fn ready(&self) -> Value {
        self.direct.handle("ready", json!({})).await.unwrap()
    }

    /// Relays everything the log holds, as the stream would; gives what was published.
    pub(crate) async fn relay_all(&self) -> Vec<Envelope> {
        let commits: Vec<Commit> = self.log.streams().into_values().flatten().collect();
        assert!(self.relay.relay(&commits).await.is_empty());
        self.bus.take()
    }

    /// Relays and does the work that was asked for, until there is none; gives how many messages failed.
    pub(crate) async fn settle(&self) -> usize {
        let mut failed = 0;
        loop {
            self.relay_all().await;
            let work = self.work.take();
            if work.is_empty() {
                return failed;
            }
            self.clock.advance_ms(5_001);
            for work in work {
                failed += self.deliver(&work).await;
            }
        }
    }

    /// Lets the function die after so many more appends, or live again.
    pub(crate) fn dies_after(&self, appends: Option<i64>) {
        self.left.store(appends.unwrap_or(-1), Ordering::SeqCst);
    }

    /// Hands one piece of work to the worker; gives how many messages come again.
    pub(crate) async fn deliver(&self, work: &Work) -> usize {
        let message_id = self.ids.uuid().to_string();
        let body = serde_json::to_string(work).unwrap();
        let record = InboxRecord { receipt_handle: message_id.clone(), message_id, body, receive_count: 1 };
        self.worker.handle(vec![record]).await.len()
    }

    /// Hands one fact to this context, as its inbox would.
    pub(crate) async fn hear(&self, fact_type: &str, sequence: u64, data: Value) -> bool {
        let envelope = Envelope {
            id: self.ids.uuid(),
            fact_type: fact_type.to_owned(),
            schema_version: 1,
            source: "polymer.deal".to_owned(),
            tenant_id: "main".parse().unwrap(),
            stream_type: "deal".to_owned(),
            stream_id: data["dealId"].as_str().unwrap_or(PRODUCT).to_owned(),
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
        };
        self.reactions.on_facts(&[envelope]).await.iter().all(Result::is_ok)
    }

    /// Lets the API amend a deal, and this context hear of it: the term and what it reads from then on.
    pub(crate) async fn amend(&self, number: u32, term: &str, value: &str) {
        let deal = self.amend_unheard(number, term, value);
        let (version, _) = self.firm.deal(number);
        assert!(self.hear("deal.amended", version, deal).await);
    }

    /// Lets the API amend a deal of which this context does not hear yet; gives the fact.
    pub(crate) fn amend_unheard(&self, number: u32, term: &str, value: &str) -> Value {
        let mut deals = self.firm.deals.lock().unwrap();
        let (version, deal) = deals.get_mut(&deal_id(number)).unwrap();
        *version += 1;
        deal["terms"][term] = json!(value);
        deal.clone()
    }

    /// Cancels a deal; this context hears of it only when it is told.
    pub(crate) fn cancel_quietly(&self, number: u32) {
        let mut deals = self.firm.deals.lock().unwrap();
        let (version, deal) = deals.get_mut(&deal_id(number)).unwrap();
        *version += 1;
        deal["status"] = json!("cancelled");
    }

    /// Looks at the sheet, as the schedule does, and does what follows; gives how many messages failed.
    pub(crate) async fn pull(&self) -> usize {
        self.clock.advance_ms(5_001);
        self.deliver(&Work::Pull).await + self.settle().await
    }

    /// Hands a message of the inbox to this context.
    pub(crate) async fn hear_message(&self, body: &str) -> bool {
        let Ok(Incoming::Fact(fact)) = messaging::decode(body) else { return false };
        self.reactions.on_facts(&[*fact]).await.iter().all(Result::is_ok)
    }

    /// Confirms the deal with this number from so many sources of a tonne.
    pub(crate) async fn confirm(&self, number: u32, sources: usize) {
        let deal = stands(number, sources);
        self.firm.deals.lock().unwrap().entry(deal_id(number)).or_insert((2, deal.clone()));
        assert!(self.hear("deal.confirmed", 2, deal).await);
    }

    /// What stands in the sheet below the header, as people read it.
    pub(crate) fn shown(&self) -> Vec<String> {
        let lines = self.sheet.lines();
        lines.iter().skip(1).map(|line| joined(line)).collect()
    }
}

fn joined(line: &[Cell]) -> String {
    line.iter().map(Cell::meaning).collect::<Vec<_>>().join("|")
}

pub(crate) fn deal_id(number: u32) -> String {
    format!("deal_{number:032x}")
}

/// `deal.confirmed` of a deal from so many sources.
pub(crate) fn stands(number: u32, sources: usize) -> Value {
    let source = |index: usize| {
        json!({
            "lotId": format!("lot_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f_{}", index + 1), "quantityKg": "1000.000",
            "ratePerKg": "90.50", "supplier": format!("Supplier {}", index + 1),
        })
    };
    json!({
        "dealId": deal_id(number), "reference": "D-1", "status": "confirmed",
        "terms": {
            "date": "2025-08-01", "customer": format!("Customer {number}"), "productId": PRODUCT, "productCode": "TR131",
            "quantityKg": format!("{sources}000.000"), "ratePerKg": "95.00", "deliveryTerms": "delivered", "sources": [],
        },
        "sources": (0..sources).map(source).collect::<Vec<_>>(),
        "revenueInr": "95000.00",
    })
}

/// `deal.cancelled` of the same deal.
pub(crate) fn cancelled(number: u32, sources: usize) -> Value {
    let mut fact = stands(number, sources);
    fact["wasConfirmed"] = json!(true);
    fact["cause"] = json!({ "by": "trader" });
    fact
}
