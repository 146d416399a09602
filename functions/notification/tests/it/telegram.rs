//! The adapter of the Telegram Bot API against the simulated one, over HTTP.

use std::sync::Arc;

use notification::adapters::memory::FixedSecrets;
use notification::adapters::{BotApi, CALL_TIMEOUT};
use notification::ports::{Messenger as _, Outgoing, Sent, TelegramSecrets};
use notification_domain::message::Form;
use notification_domain::{Address, ChatId, Recipient};
use reqwest::Client;
use resilience::FaultClass;
use serde_json::{Value, json};
use simulators::Local;

use crate::world::{one_off, telegram_secrets};

const CHAT: &str = "5512345678";

struct Provider {
    simulated: Local,
    http: Client,
}

impl Provider {
    /// With one person who has begun a chat.
    async fn open() -> Self {
        let simulated = Local::start(simulators::router()).await.unwrap();
        let provider = Self { simulated, http: Client::builder().no_proxy().build().unwrap() };
        provider.chat(&json!({})).await;
        provider
    }

    async fn chat(&self, patch: &Value) {
        let url = format!("{}/_sim/telegram/chats/{CHAT}", self.simulated.url());
        self.http.put(url).json(patch).send().await.unwrap().error_for_status().unwrap();
    }

    async fn arrived(&self) -> Vec<Value> {
        let url = format!("{}/_sim/telegram/messages?chat={CHAT}", self.simulated.url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn fault(&self, fault: &Value) {
        let url = format!("{}/_sim/telegram/faults", self.simulated.url());
        self.http.post(url).json(fault).send().await.unwrap().error_for_status().unwrap();
    }

    async fn send(&self, chat: &str, text: &str) -> Sent {
        send(&self.simulated.url(), telegram_secrets(), chat, text).await
    }
}

async fn send(url: &str, secrets: TelegramSecrets, chat: &str, text: &str) -> Sent {
    let api = BotApi::new(format!("{url}/telegram"), CALL_TIMEOUT, Arc::new(FixedSecrets(secrets)));
    let chat: ChatId = chat.parse().unwrap();
    let plan = one_off(Recipient::at("Asha", Address::Telegram(chat)), text);
    let notification = "notification_5b0e71c49a3d5f828d16e4a739c062bd".parse().unwrap();
    api.send(&chat, &Outgoing { notification, plan: &plan, form: Form::Text }).await
}

#[tokio::test]
async fn a_text_arrives_literally_and_in_bold_where_it_is_marked() {
    let provider = Provider::open().await;
    let text = "Sold to *Shah & Sons*\nGrade: <b>5</b> _x_ [a](b)";
    assert!(matches!(provider.send(CHAT, text).await, Sent::Accepted { .. }));
    let arrived = provider.arrived().await;
    assert_eq!(arrived[0]["text"], "Sold to Shah & Sons\nGrade: <b>5</b> _x_ [a](b)");
    assert_eq!(arrived[0]["html"], "Sold to <b>Shah &amp; Sons</b>\nGrade: &lt;b&gt;5&lt;/b&gt; _x_ [a](b)");
}

#[tokio::test]
async fn what_the_provider_refuses_says_what_to_do_with_the_next_call() {
    let provider = Provider::open().await;
    let refused = |code: &str, class| Sent::Refused { class, reason: format!("{code} code {code}") };
    assert_eq!(provider.send("99", "hello").await, refused("400", FaultClass::Permanent), "an unknown chat");
    provider.chat(&json!({ "blocked": true })).await;
    assert_eq!(
        provider.send(CHAT, "hello").await,
        refused("403", FaultClass::Permanent),
        "a person who stopped the bot"
    );
    provider.chat(&json!({ "blocked": false })).await;
    let wrong = TelegramSecrets { bot_token: "1:revoked".to_owned(), ..telegram_secrets() };
    let said = send(&provider.simulated.url(), wrong, CHAT, "hello").await;
    assert_eq!(said, refused("401", FaultClass::Config));
    let busy =
        json!({ "ok": false, "error_code": 429, "description": "busy", "parameters": { "retry_after": 7 } });
    provider.fault(&json!({ "status": 429, "body": busy, "calls": 1 })).await;
    assert_eq!(
        provider.send(CHAT, "hello").await,
        refused("429", FaultClass::Rate { retry_after_ms: Some(7_000) })
    );
    assert!(provider.arrived().await.is_empty());
}

#[tokio::test]
async fn what_nobody_can_know_is_said_to_be_unknown_and_quotes_no_token() {
    let provider = Provider::open().await;
    provider.fault(&json!({ "reset": "after", "calls": 1 })).await;
    let Sent::Unknown { reason } = provider.send(CHAT, "hello").await else { panic!("it is not known") };
    assert!(!reason.contains("sim-telegram-token"), "{reason}");
    assert_eq!(provider.arrived().await.len(), 1);
    let said = |code: u16| json!({ "ok": false, "error_code": code, "description": "Server Error" });
    provider.fault(&json!({ "status": 500, "body": said(500), "calls": 1 })).await;
    assert_eq!(provider.send(CHAT, "hello").await, Sent::Unknown { reason: "500".to_owned() });
    provider.fault(&json!({ "status": 503, "body": said(503), "calls": 1 })).await;
    let away = Sent::Refused { class: FaultClass::Transient, reason: "503 code 503".to_owned() };
    assert_eq!(provider.send(CHAT, "hello").await, away);
    let said = send("http://127.0.0.1:1", telegram_secrets(), CHAT, "hello").await;
    let Sent::Refused { class: FaultClass::Transient, reason } = said else { panic!("{said:?}") };
    assert!(!reason.contains("sim-telegram-token"), "{reason}");
}
