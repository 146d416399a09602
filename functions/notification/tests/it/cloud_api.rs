//! The adapter of WhatsApp Cloud API against the simulated one, over HTTP.

use std::sync::Arc;

use notification::adapters::memory::FixedSecrets;
use notification::adapters::{CALL_TIMEOUT, CloudApi, CloudApiSettings};
use notification::ports::{Messenger as _, Outgoing, Sent, WhatsAppSecrets};
use notification_domain::message::Form;
use notification_domain::{Address, NotificationId, Phone, Recipient};
use reqwest::Client;
use resilience::FaultClass;
use serde_json::{Value, json};
use simulators::Local;

use crate::world::{NUMBER_ID, one_off, secrets};

struct Provider {
    local: Local,
    http: Client,
}

impl Provider {
    async fn start() -> Self {
        let http = Client::builder().no_proxy().build().unwrap();
        Self { local: Local::start(simulators::router()).await.unwrap(), http }
    }

    fn api(&self, secrets: WhatsAppSecrets) -> CloudApi {
        api(&self.local.url(), secrets)
    }

    async fn put(&self, path: &str, body: Value) {
        let url = format!("{}/_sim/whatsapp/{path}", self.local.url());
        assert!(self.http.put(url).json(&body).send().await.unwrap().status().is_success(), "{path}");
    }

    async fn arrived(&self) -> Vec<Value> {
        let url = format!("{}/_sim/whatsapp/messages", self.local.url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }
}

fn api(url: &str, secrets: WhatsAppSecrets) -> CloudApi {
    let settings = CloudApiSettings {
        url: format!("{url}/whatsapp/v23.0"),
        phone_number_id: NUMBER_ID.to_owned(),
        template: "firm_notice".to_owned(),
        timeout: CALL_TIMEOUT,
    };
    CloudApi::new(settings, Arc::new(FixedSecrets(secrets)))
}

fn phone() -> Phone {
    "+919800000001".parse().unwrap()
}

async fn send(api: &CloudApi, form: Form) -> Sent {
    let notification: NotificationId = "notification_5b0e71c49a3d5f828d16e4a739c062bd".parse().unwrap();
    let text = "Sold to *Acme*\n\nQuantity: 5 kg\t(five)     only";
    let plan = one_off(Recipient::at("Asha", Address::WhatsApp(phone())), text);
    api.send(&phone(), &Outgoing { notification, plan: &plan, form }).await
}

fn class(sent: &Sent) -> FaultClass {
    let Sent::Refused { class, .. } = sent else { panic!("{sent:?}") };
    *class
}

#[tokio::test]
async fn text_goes_into_an_open_window_and_a_template_anywhere() {
    let provider = Provider::start().await;
    let api = provider.api(secrets());
    provider.put("phones/919800000001", json!({ "windowOpen": true })).await;
    assert!(matches!(send(&api, Form::Text).await, Sent::Accepted { .. }));
    provider.put("phones/919800000001", json!({ "windowOpen": false })).await;
    assert!(matches!(send(&api, Form::Template).await, Sent::Accepted { .. }));
    let arrived = provider.arrived().await;
    assert_eq!(arrived.len(), 2);
    assert_eq!(arrived[0]["text"], "Sold to *Acme*\n\nQuantity: 5 kg\t(five)     only");
    assert_eq!(arrived[1]["text"], "Sold to *Acme* | Quantity: 5 kg (five) only");
    assert_eq!(arrived[1]["template"], "firm_notice");
    for message in arrived {
        assert_eq!(message["bizOpaqueCallbackData"], "notification_5b0e71c49a3d5f828d16e4a739c062bd");
    }
}

#[tokio::test]
async fn every_refusal_has_its_class() {
    let provider = Provider::start().await;
    let wrong = WhatsAppSecrets { access_token: "revoked".to_owned(), ..secrets() };
    assert_eq!(class(&send(&provider.api(wrong), Form::Text).await), FaultClass::Config);
    let api = provider.api(secrets());
    provider.put("settings", json!({ "templates": [] })).await;
    assert_eq!(class(&send(&api, Form::Template).await), FaultClass::Config);
    provider.put("settings", json!({ "pairBurst": 0 })).await;
    assert_eq!(class(&send(&api, Form::Text).await), FaultClass::CoolDown { wait_ms: 6_000 });
    let graph = |code: u32| json!({ "error": { "code": code, "message": "no" } });
    for (fault, expected) in [
        (json!({ "status": 503, "body": graph(131_016) }), FaultClass::Transient),
        (json!({ "status": 429, "retryAfterS": 7 }), FaultClass::Rate { retry_after_ms: Some(7_000) }),
        (json!({ "status": 400, "body": graph(130_429) }), FaultClass::Rate { retry_after_ms: None }),
        (json!({ "status": 403, "body": graph(368) }), FaultClass::Config),
        (json!({ "status": 400, "body": graph(131_026) }), FaultClass::Permanent),
        (json!({ "status": 400, "body": graph(100) }), FaultClass::Permanent),
    ] {
        provider.put("faults", json!([fault])).await;
        assert_eq!(class(&send(&api, Form::Text).await), expected, "{fault}");
    }
    assert!(provider.arrived().await.is_empty());
}

#[tokio::test]
async fn an_answer_that_does_not_say_how_far_the_call_got_is_of_unknown_outcome() {
    let provider = Provider::start().await;
    let api = provider.api(secrets());
    let graph = json!({ "error": { "code": 131_000, "message": "Something went wrong" } });
    for fault in [
        json!({ "status": 500, "body": graph }),
        json!({ "status": 500 }),
        json!({ "status": 502 }),
        json!({ "status": 503 }),
        json!({ "status": 504 }),
    ] {
        provider.put("faults", json!([fault])).await;
        assert!(matches!(send(&api, Form::Text).await, Sent::Unknown { .. }), "{fault}");
    }
}

#[tokio::test]
async fn a_text_outside_the_window_is_given_back() {
    let provider = Provider::start().await;
    let body = json!({ "error": { "code": 131_047, "message": "Re-engagement message" } });
    provider.put("faults", json!([{ "status": 400, "body": body }])).await;
    let given_back = Sent::OutsideWindow { reason: "400 code 131047".to_owned() };
    assert_eq!(send(&provider.api(secrets()), Form::Text).await, given_back);
}

#[tokio::test]
async fn a_call_that_left_and_was_not_answered_is_of_unknown_outcome() {
    let provider = Provider::start().await;
    let api = provider.api(secrets());
    provider.put("phones/919800000001", json!({ "windowOpen": true })).await;
    for (reset, arrived) in [("before", 0), ("after", 1)] {
        provider.put("faults", json!([{ "reset": reset }])).await;
        assert!(matches!(send(&api, Form::Text).await, Sent::Unknown { .. }), "{reset}");
        assert_eq!(provider.arrived().await.len(), arrived, "{reset}");
    }
}

#[tokio::test]
async fn a_call_that_never_left_certainly_had_no_effect() {
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    assert_eq!(class(&send(&api(&nobody, secrets()), Form::Text).await), FaultClass::Transient);
}
