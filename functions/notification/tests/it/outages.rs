//! Hours of outage on a clock of their own: the whole context, the real adapter, the simulated provider over HTTP with its
//! webhooks, and the channel's queue as SQS keeps it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use kernel::{Clock as _, Timestamp};
use lambda_entry::InboxHandler as _;
use messaging::BatchHandler as _;
use notification::adapters::memory::FixedSecrets;
use notification::adapters::{CALL_TIMEOUT, CloudApi, CloudApiSettings};
use notification::ports::{Messenger, Outgoing, Sent};
use notification_domain::Phone;
use reqwest::Client;
use serde_json::{Value, json};
use simulators::Local;
use testkit::{ManualClock, NOON};

use crate::fifo::Fifo;
use crate::world::{NUMBER_ID, World, published, record, secrets};

const HOUR_MS: i64 = 3_600_000;

/// The real adapter, and when it was called how often at once.
struct Watched {
    api: CloudApi,
    clock: Arc<ManualClock>,
    under_way: AtomicUsize,
    calls: Mutex<Vec<(Timestamp, usize)>>,
}

#[async_trait]
impl Messenger<Phone> for Watched {
    async fn send(&self, to: &Phone, outgoing: &Outgoing<'_>) -> Sent {
        let at_once = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.calls.lock().unwrap().push((self.clock.now(), at_once));
        let sent = self.api.send(to, outgoing).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        sent
    }
}

/// The firm and its provider.
pub(crate) struct Firm {
    pub(crate) world: World,
    pub(crate) clock: Arc<ManualClock>,
    fifo: Arc<Fifo>,
    watched: Arc<Watched>,
    provider: Local,
    hooks: Local,
    http: Client,
}

impl Firm {
    pub(crate) async fn open(timeout: Duration) -> Self {
        let clock = Arc::new(ManualClock::new(NOON));
        let provider = Local::start(simulators::router()).await.unwrap();
        let settings = CloudApiSettings {
            url: format!("{}/whatsapp/v23.0", provider.url()),
            phone_number_id: NUMBER_ID.to_owned(),
            template: "firm_notice".to_owned(),
            timeout,
        };
        let api = CloudApi::new(settings, Arc::new(FixedSecrets(secrets())));
        let watched = Arc::new(Watched {
            api,
            clock: clock.clone(),
            under_way: AtomicUsize::new(0),
            calls: Mutex::default(),
        });
        let fifo = Arc::new(Fifo::new(clock.clone()));
        let world = World::around(clock.clone(), Some((fifo.clone(), watched.clone())));
        world.name_people().await;
        let hooks = Local::start(world.router().clone()).await.unwrap();
        let http = Client::builder().no_proxy().build().unwrap();
        let firm = Self { world, clock, fifo, watched, provider, hooks, http };
        firm.webhook(json!({})).await;
        firm
    }

    /// Sets the provider's webhook, with these members besides its address.
    pub(crate) async fn webhook(&self, more: Value) {
        let url = format!("{}/v1/hooks/whatsapp", self.hooks.url());
        let mut webhook = json!({ "url": url, "appSecret": secrets().app_secret });
        webhook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.put("settings", &json!({ "pairBurst": 100_000, "webhook": webhook })).await;
    }

    pub(crate) async fn faults(&self, faults: Value) {
        self.put("faults", &faults).await;
    }

    async fn put(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/whatsapp/{path}", self.provider.url());
        assert!(self.http.put(url).json(body).send().await.unwrap().status().is_success(), "{path}");
    }

    /// Sends a status of a message; gives what the webhook answered.
    pub(crate) async fn status(&self, message_id: &str, status: &str, signed: bool) -> Value {
        let url = format!("{}/_sim/whatsapp/statuses", self.provider.url());
        let body = json!({ "messageId": message_id, "status": status, "signed": signed });
        let answer: Value = self.http.post(url).json(&body).send().await.unwrap().json().await.unwrap();
        answer["webhookAnswered"].clone()
    }

    pub(crate) async fn arrived(&self, phone: &str) -> Vec<Value> {
        let url = format!("{}/_sim/whatsapp/messages?to={phone}", self.provider.url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Hears that the n-th deal is confirmed.
    pub(crate) async fn book(&self, n: usize) {
        let mut deal = published("deal", "confirmed");
        deal["terms"]["customer"] = json!(format!("Customer {n:03}"));
        let fact = self.world.envelope("deal.confirmed", deal);
        assert!(self.world.reactions.on_facts(&[fact]).await[0].is_ok());
        self.world.relay().await;
    }

    /// Works on everything that can be received now, as many at once as the trigger allows; gives how many that were.
    pub(crate) async fn work(&self) -> usize {
        let received = self.fifo.receive();
        let count = received.len();
        let handled = received.into_iter().map(async |record| {
            let id = record.message_id.clone();
            if self.world.desk.handle(vec![record]).await.is_empty() {
                self.fifo.delete(&id);
            }
        });
        join_all(handled).await;
        self.world.relay().await;
        self.act_on_heard().await;
        count
    }

    pub(crate) async fn act_on_heard(&self) {
        for heard in self.fifo.take_heard() {
            assert!(self.world.desk.handle(vec![record("hook", &heard)]).await.is_empty(), "{heard}");
        }
        self.world.relay().await;
    }

    /// Lets time pass until `end`, working on whatever comes due.
    async fn pass_until(&self, end: Timestamp) {
        while self.clock.now() < end {
            if self.work().await == 0 {
                let next = self.fifo.next_at().unwrap_or(end).max(self.clock.now().plus_ms(1));
                self.clock.set(next.min(end));
            }
        }
    }

    async fn listed(&self, query: &str) -> Vec<Value> {
        let (mut all, mut path) = (Vec::new(), format!("/v1/notifications?limit=200{query}"));
        loop {
            let page = self.world.get(&path).await;
            all.extend(page["data"].as_array().unwrap().clone());
            let Some(cursor) = page["nextCursor"].as_str() else { return all };
            path = format!("/v1/notifications?limit=200{query}&cursor={cursor}");
        }
    }

    /// Until so many messages are known to be delivered. Webhooks take the provider's own time.
    pub(crate) async fn delivered(&self, count: usize) {
        let waiting = async {
            while self.listed("&state=delivered").await.len() < count {
                self.fifo.hearing().await;
                self.act_on_heard().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("statuses arrive");
    }

    /// Calls made from `since` on: when, and how many were under way.
    fn calls_since(&self, since: Timestamp) -> Vec<(Timestamp, usize)> {
        let calls = self.watched.calls.lock().unwrap();
        calls.iter().filter(|(at, _)| *at >= since).copied().collect()
    }

    /// Every phone has every deal once, in the order of the deals.
    async fn assert_told_in_order(&self, deals: usize) {
        for phone in ["919800000001", "919800000002", "919800000003", "919800000004"] {
            let arrived = self.arrived(phone).await;
            assert_eq!(arrived.len(), deals, "{phone}");
            for (n, message) in (1..).zip(&arrived) {
                let text = message["text"].as_str().unwrap();
                assert!(text.contains(&format!("Customer {n:03}")), "{phone}, message {n}: {text}");
            }
        }
    }
}

/// The provider says that it takes nothing.
fn down() -> Value {
    json!([{ "status": 503, "body": { "error": { "code": 131_016, "message": "Service unavailable" } } }])
}

/// Forty deals over the first eighty minutes of two hours without a provider: 160 messages.
async fn two_hours(faults: Value) -> Firm {
    let firm = Firm::open(CALL_TIMEOUT).await;
    firm.faults(faults).await;
    for n in 1..=40 {
        firm.book(n).await;
        let next = firm.clock.now().plus_ms(120_000);
        firm.pass_until(next).await;
    }
    firm.pass_until(NOON.plus_ms(2 * HOUR_MS)).await;
    firm
}

#[tokio::test]
async fn two_hours_without_a_provider_lose_nothing_double_nothing_and_keep_the_order() {
    let firm = two_hours(down()).await;
    assert_eq!(firm.world.get("/v1/providers").await["data"][0]["breaker"], "open");
    let calls = firm.calls_since(NOON);
    let at_first = calls.iter().filter(|(at, _)| at.since_ms(NOON) < 15_000).count();
    assert!((5..=10).contains(&at_first), "calls before the breaker is open: {at_first}");
    assert!(calls[at_first..].iter().all(|(_, at_once)| *at_once == 1), "one probe at a time: {calls:?}");
    // 15 s, 30 s, 60 s, two, four minutes, and every five from then on.
    assert!(calls.len() <= at_first + 5 + 24, "{} calls in two hours", calls.len());
    assert!(firm.arrived("919800000001").await.is_empty());

    firm.faults(json!([])).await;
    firm.pass_until(NOON.plus_ms(3 * HOUR_MS)).await;
    firm.delivered(160).await;
    firm.assert_told_in_order(40).await;
    let (dead, lost, receipts) = firm.fifo.damage();
    assert_eq!((dead, lost), (0, 0));
    assert!(receipts < 200, "of 1000 receipts {receipts} are used up");
    assert!(firm.listed("").await.iter().all(|one| one["possiblyDuplicate"] == false));
    assert_eq!(firm.world.get("/v1/providers").await["data"][0]["breaker"], "closed");
}

#[tokio::test]
async fn two_hours_in_which_nobody_knows_what_became_of_a_call_end_with_every_message_told() {
    let firm = two_hours(json!([{ "status": 502 }])).await;
    firm.faults(json!([])).await;
    firm.pass_until(NOON.plus_ms(3 * HOUR_MS)).await;
    firm.delivered(160).await;
    firm.assert_told_in_order(40).await;
    assert_eq!(firm.fifo.damage().0, 0);
    // Only what was tried may be doubled, and that says so.
    for one in firm.listed("").await {
        assert_eq!(one["possiblyDuplicate"], json!(one["attempts"].as_u64() > Some(1)), "{one}");
    }
}

#[tokio::test]
async fn an_outage_longer_than_news_keep_lets_them_expire_and_makes_no_dead_letters() {
    let firm = Firm::open(CALL_TIMEOUT).await;
    firm.faults(down()).await;
    for n in 1..=3 {
        firm.book(n).await;
    }
    firm.pass_until(NOON.plus_ms(25 * HOUR_MS)).await;
    assert_eq!(firm.listed("&state=expired").await.len(), 12);
    let (dead, lost, receipts) = firm.fifo.damage();
    assert_eq!((dead, lost, firm.fifo.next_at()), (0, 0, None));
    assert!(receipts < 1_000, "{receipts}");
}

/// Four calls that the provider accepts, and whose answers never come.
async fn unanswered(firm: &Firm) {
    firm.faults(json!([{ "lateMs": 5_000, "calls": 4 }])).await;
    firm.book(1).await;
    assert_eq!(firm.work().await, 4);
    firm.faults(json!([])).await;
}

#[tokio::test]
async fn a_time_out_after_the_provider_accepted_makes_no_second_message() {
    let firm = Firm::open(Duration::from_millis(300)).await;
    unanswered(&firm).await;
    firm.delivered(4).await;
    firm.pass_until(NOON.plus_ms(HOUR_MS)).await;
    firm.assert_told_in_order(1).await;
    for one in firm.listed("").await {
        assert_eq!((&one["attempts"], &one["possiblyDuplicate"]), (&json!(1), &json!(false)), "{one}");
        assert_eq!(one["settlesAt"], Value::Null);
    }
}

#[tokio::test]
async fn a_time_out_whose_status_is_lost_too_makes_one_message_that_says_it_may_be_the_second() {
    let firm = Firm::open(Duration::from_millis(300)).await;
    firm.webhook(json!({ "lost": true })).await;
    unanswered(&firm).await;
    for one in firm.listed("").await {
        assert_eq!((&one["state"], &one["possiblyDuplicate"]), (&json!("sending"), &json!(false)));
        assert_eq!(one["settlesAt"], NOON.plus_ms(120_000).to_string(), "{one}");
        assert!(one["lastFault"].as_str().unwrap().starts_with("unknown: "), "{one}");
    }
    firm.webhook(json!({})).await;
    firm.pass_until(NOON.plus_ms(HOUR_MS)).await;
    firm.delivered(4).await;
    for phone in ["919800000001", "919800000002", "919800000003", "919800000004"] {
        assert_eq!(firm.arrived(phone).await.len(), 2, "{phone}");
    }
    for one in firm.listed("").await {
        assert_eq!((&one["attempts"], &one["possiblyDuplicate"]), (&json!(2), &json!(true)), "{one}");
    }
}

#[tokio::test]
async fn statuses_in_the_wrong_order_each_twice_and_one_unsigned_end_in_read_with_every_instant() {
    let firm = Firm::open(CALL_TIMEOUT).await;
    firm.webhook(json!({ "statuses": [], "copies": 2 })).await;
    firm.book(1).await;
    firm.work().await;
    let phone = "919800000001";
    let message = firm.arrived(phone).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(firm.status(&message, "failed", false).await, 401);
    for status in ["read", "sent", "delivered"] {
        assert_eq!(firm.status(&message, status, true).await, 200);
    }
    firm.act_on_heard().await;
    let shown = firm.listed(&format!("&recipient=%2B{phone}")).await;
    assert_eq!((shown.len(), &shown[0]["state"]), (1, &json!("read")));
    for instant in ["sentAt", "deliveredAt", "readAt"] {
        assert!(shown[0][instant].is_string(), "{instant}: {}", shown[0]);
    }
    assert_eq!(shown[0]["failure"], Value::Null, "the unsigned one was not heard");
}

#[tokio::test]
async fn a_text_outside_the_window_is_followed_at_once_by_the_template() {
    let firm = Firm::open(CALL_TIMEOUT).await;
    let phone = "919800000001";
    // The firm believes that the window is open, and the provider knows better.
    let wrote = json!({ "from": phone, "id": "wamid.x", "type": "text",
        "timestamp": (NOON.unix_ms() / 1_000).to_string(), "text": { "body": "hi" } });
    let hook = json!({ "hook": crate::world::notice("messages", &wrote) }).to_string();
    assert!(firm.world.desk.handle(vec![record("hook", &hook)]).await.is_empty());
    firm.book(1).await;
    assert_eq!(firm.work().await, 4);
    let given_back = async {
        while firm.listed("&state=queued").await.is_empty() {
            firm.fifo.hearing().await;
            firm.act_on_heard().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), given_back).await.expect("the text is given back");
    firm.work().await;
    firm.delivered(4).await;
    assert_eq!(firm.clock.now(), NOON, "nobody waited");
    let arrived = firm.arrived(phone).await;
    assert_eq!((arrived.len(), &arrived[0]["template"]), (1, &json!("firm_notice")));
    let shown = firm.listed(&format!("&recipient=%2B{phone}")).await;
    assert_eq!((&shown[0]["form"], &shown[0]["attempts"]), (&json!("template"), &json!(2)));
    // The next one knows.
    firm.book(2).await;
    firm.work().await;
    firm.delivered(8).await;
    let shown = firm.listed(&format!("&recipient=%2B{phone}")).await;
    assert!(shown.iter().all(|one| one["form"] == "template"), "{shown:?}");
    assert_eq!(shown.iter().filter(|one| one["attempts"] == 1).count(), 1);
}
