use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use simulators::Local;

const MESSAGES: &str = "whatsapp/v23.0/100000000000001/messages";

/// Signatures and bodies that a webhook was sent.
type Heard = Arc<Mutex<Vec<(Option<String>, Value)>>>;

pub(crate) struct Provider {
    pub(crate) local: Local,
    pub(crate) http: Client,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let http = Client::builder().no_proxy().build().unwrap();
        Self { local: Local::start(simulators::router()).await.unwrap(), http }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.local.url())
    }

    pub(crate) async fn put(&self, path: &str, body: Value) {
        let answer = self.http.put(self.url(path)).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    pub(crate) async fn send(&self, body: Value) -> reqwest::Result<Response> {
        let request = self.http.post(self.url(MESSAGES)).bearer_auth("sim-whatsapp-token").json(&body);
        request.send().await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    async fn arrived(&self) -> Vec<Value> {
        self.get("_sim/whatsapp/messages").await.as_array().unwrap().clone()
    }
}

pub(crate) fn text(to: &str, body: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "to": to, "type": "text", "text": { "body": body },
        "biz_opaque_callback_data": "n-1" })
}

async fn code(answer: Response) -> u64 {
    answer.json::<Value>().await.unwrap()["error"]["code"].as_u64().unwrap()
}

#[tokio::test]
async fn a_text_arrives_where_the_window_is_open() {
    let provider = Provider::start().await;
    provider.put("_sim/whatsapp/phones/+919800000001", json!({ "windowOpen": true })).await;
    let answer: Value = provider.send(text("+919800000001", "hello")).await.unwrap().json().await.unwrap();
    assert_eq!(answer["messages"][0]["id"], "wamid.SIM00000001");
    let arrived = provider.arrived().await;
    assert_eq!((&arrived[0]["to"], &arrived[0]["text"]), (&json!("919800000001"), &json!("hello")));
}

#[tokio::test]
async fn errors_have_the_codes_of_the_real_one() {
    let provider = Provider::start().await;
    let url = provider.url(MESSAGES);
    let unsigned = provider.http.post(url).json(&text("919800000001", "x")).send().await.unwrap();
    assert_eq!(unsigned.status(), 401);
    assert_eq!(code(unsigned).await, 190);
    let template = json!({ "messaging_product": "whatsapp", "to": "919800000001", "type": "template",
        "template": { "name": "no_such", "language": { "code": "en" } } });
    assert_eq!(code(provider.send(template).await.unwrap()).await, 132_001);
    assert_eq!(code(provider.send(json!({ "to": 5 })).await.unwrap()).await, 100);
}

#[tokio::test]
async fn one_number_gets_a_burst_and_no_more() {
    let provider = Provider::start().await;
    provider.put("_sim/whatsapp/settings", json!({ "pairBurst": 2 })).await;
    for _ in 0..2 {
        assert!(provider.send(text("919800000001", "x")).await.unwrap().status().is_success());
    }
    assert_eq!(code(provider.send(text("919800000001", "x")).await.unwrap()).await, 131_056);
    assert!(provider.send(text("919800000002", "x")).await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_connection_breaks_before_or_after_the_effect() {
    let provider = Provider::start().await;
    provider.put("_sim/whatsapp/phones/919800000001", json!({ "windowOpen": true })).await;
    for (reset, arrived) in [("before", 0), ("after", 1)] {
        provider.put("_sim/whatsapp/faults", json!([{ "reset": reset, "calls": 1 }])).await;
        assert!(provider.send(text("919800000001", "x")).await.is_err(), "{reset}");
        assert_eq!(provider.arrived().await.len(), arrived, "{reset}");
    }
    provider.put("_sim/whatsapp/faults", json!([{ "status": 429, "retryAfterS": 7, "calls": 1 }])).await;
    let answer = provider.send(text("919800000001", "x")).await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "7");
    assert!(provider.send(text("919800000001", "x")).await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_text_outside_the_window_fails_by_a_signed_webhook() {
    let heard = Heard::default();
    let hook = Router::new().route("/hook", post(hear)).with_state(Arc::clone(&heard));
    let hook = Local::start(hook).await.unwrap();
    let provider = Provider::start().await;
    let webhook = json!({ "url": format!("{}/hook", hook.url()), "appSecret": "s", "copies": 2 });
    provider.put("_sim/whatsapp/settings", json!({ "webhook": webhook })).await;
    assert!(provider.send(text("919800000001", "x")).await.unwrap().status().is_success());
    assert!(provider.arrived().await.is_empty());
    while heard.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    let heard = heard.lock().unwrap();
    let status = &heard[0].1["entry"][0]["changes"][0]["value"]["statuses"][0];
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_047)));
    assert_eq!(status["biz_opaque_callback_data"], "n-1");
    assert!(heard[0].0.as_ref().unwrap().starts_with("sha256="));
    assert_eq!(heard[0], heard[1]);
}

async fn hear(State(heard): State<Heard>, headers: HeaderMap, body: String) {
    let signature = headers.get("x-hub-signature-256").map(|value| value.to_str().unwrap().to_owned());
    heard.lock().unwrap().push((signature, serde_json::from_str(&body).unwrap()));
}

#[tokio::test]
async fn every_call_is_in_the_journal_spoiled_or_not() {
    let provider = Provider::start().await;
    provider.put("_sim/whatsapp/faults", json!([{ "status": 503, "calls": 1, "latencyMs": 50 }])).await;
    let (first, second) = tokio::join!(provider.send(text("+919800000001", "a")), async {
        provider.send(text("+919800000001", "b")).await
    });
    let statuses = [first.unwrap().status().as_u16(), second.unwrap().status().as_u16()];
    provider.put("_sim/whatsapp/faults", json!([{ "reset": "after", "lateMs": 50 }])).await;
    assert!(provider.send(text("+919800000001", "c")).await.is_err());
    let journal = provider.url("_sim/whatsapp/calls");
    let calls: Vec<Value> = provider.http.get(&journal).send().await.unwrap().json().await.unwrap();
    let mut seen: Vec<Option<u64>> = calls.iter().map(|call| call["status"].as_u64()).collect();
    assert_eq!(seen.pop(), Some(None), "broken off: {calls:?}");
    assert_eq!(seen.len(), 2);
    assert!(statuses.iter().all(|status| seen.contains(&Some(u64::from(*status)))), "{calls:?}");
    assert_eq!(calls[2]["atOnce"], 1);
    assert_eq!(provider.get("_sim/whatsapp/calls?last=1").await, json!([calls[2]]));
    let lasted = |call: &Value| call["endedMs"].as_u64().unwrap() - call["beganMs"].as_u64().unwrap();
    assert!(lasted(&calls[2]) >= 50, "{calls:?}");
    assert_eq!(provider.http.delete(&journal).send().await.unwrap().status(), 204);
    let calls: Vec<Value> = provider.http.get(&journal).send().await.unwrap().json().await.unwrap();
    assert!(calls.is_empty());
}
