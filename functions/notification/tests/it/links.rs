//! Joining an audience by a link to the firm's bot on Telegram.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http_kit::Edge;
use http_kit::testing::{TestRequest, TestResponse};
use lambda_entry::InboxHandler as _;
use notification::adapters::memory::FixedSecrets;
use notification::http::{Api, routes};
use notification::ports::TelegramSecrets;
use notification_domain::subscription::LINK_VALID_MS;
use serde_json::{Value, json};
use testkit::{Call, Fate, FaultyLog, NOON};

use crate::world::{World, api, record, telegram_secrets};

const CHAT: i64 = 5_512_345;

async fn ask(world: &World, key: &str, body: &Value) -> TestResponse {
    world.send(TestRequest::post("/v1/subscriptions").key(key).json(body)).await
}

fn wanted(audience: &str) -> Value {
    json!({ "channel": "telegram", "audience": audience, "name": "Kiran" })
}

/// Asks for a subscription; gives its path and what whoever follows the link says.
async fn invite(world: &World, audience: &str) -> (String, String) {
    let answer = ask(world, audience, &wanted(audience)).await;
    assert_eq!(answer.status(), 201, "{}", answer.json());
    let body = answer.json();
    let start = body["link"].as_str().unwrap().strip_prefix("https://t.me/polymer_desk_bot?start=").unwrap();
    assert!(start.len() <= 64 && start.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{start}");
    (answer.header("location").to_owned(), format!("/start {start}"))
}

fn update(chat: i64, message: i64, text: &str, after_ms: i64) -> Value {
    let date = (NOON.unix_ms() + after_ms) / 1_000;
    let chat = json!({ "id": chat, "type": "private" });
    json!({ "update_id": 1, "message": { "message_id": message, "date": date, "chat": chat, "text": text } })
}

/// Somebody writes to the bot.
async fn write(world: &World, update: Value) {
    let secret = telegram_secrets().hook_secret;
    let request = TestRequest::post("/v1/hooks/telegram").header("x-telegram-bot-api-secret-token", &secret);
    let answer = world.send_bare(request.raw("application/json", update.to_string())).await;
    assert_eq!(answer.status(), 200, "{}", answer.json());
    world.act_on_heard().await;
    world.relay().await;
}

/// The texts that this chat was sent since somebody last looked.
async fn told(world: &World, chat: i64) -> Vec<String> {
    for order in world.orders().await {
        assert_eq!(world.carry_out(&order).await, None);
    }
    let calls = world.telegram.take_calls().into_iter();
    calls.filter(|call| call.to == chat.to_string()).map(|call| call.text).collect()
}

#[tokio::test]
async fn the_chat_in_which_the_link_is_followed_joins_and_stop_leaves() {
    let world = World::with_people().await;
    let (path, start) = invite(&world, "logistics").await;
    let waits = world.get(&path).await;
    assert_eq!((&waits["channel"], &waits["recipient"]), (&json!("telegram"), &json!({ "name": "Kiran" })));

    write(&world, update(CHAT, 1, &start, 1_000)).await;
    let joined = world.get(&path).await;
    assert_eq!(joined["state"], "confirmed");
    assert_eq!(joined["recipient"], json!({ "name": "Kiran", "chat": CHAT.to_string() }));
    let welcome = told(&world, CHAT).await;
    assert!(matches!(welcome.as_slice(), [text] if text.contains("logistics") && text.contains("STOP")));
    world.decided("confirmed").await;
    let news = told(&world, CHAT).await;
    assert!(matches!(news.as_slice(), [text] if text.starts_with("Sold to *Ivory")), "{news:?}");
    assert!(!news[0].contains(['₹', '@']), "{news:?}");

    write(&world, update(CHAT, 2, "/stop@polymer_desk_bot", 2_000)).await;
    assert_eq!(world.get(&path).await["state"], "ended");
    assert_eq!(told(&world, CHAT).await, ["Your subscription to news of deals has ended."]);
    world.decided("confirmed").await;
    assert!(told(&world, CHAT).await.is_empty());
}

#[tokio::test]
async fn a_link_is_followed_once_and_whoever_comes_later_is_told_only_the_number_of_their_chat() {
    let world = World::new();
    let (path, start) = invite(&world, "accounts").await;
    for copies in 1..3 {
        write(&world, update(CHAT, 1, &start, 0)).await;
        assert_eq!(world.get(&path).await["version"], 2, "{copies}");
    }
    assert_eq!(told(&world, CHAT).await.len(), 1);
    write(&world, update(77, 1, &start, 0)).await;
    assert_eq!(world.get(&path).await["recipient"]["chat"], CHAT.to_string());
    let later = told(&world, 77).await;
    assert!(matches!(later.as_slice(), [text] if text.contains("number 77")), "{later:?}");
}

#[tokio::test]
async fn what_is_no_link_of_ours_confirms_nothing() {
    let world = World::new();
    let (path, start) = invite(&world, "accounts").await;
    let (known, unknown) = start.split_at("/start ".len() + 32);
    let texts = [
        format!("{known}{}", "0".repeat(32)),
        format!("/start {}{unknown}", "0".repeat(32)),
        known.to_owned(),
        start.to_uppercase().replace("/START", "/start"),
        format!("/start hello {unknown}"),
        "/start 4821".to_owned(),
    ];
    for (message, text) in (1..).zip(&texts) {
        write(&world, update(CHAT, message, text, 0)).await;
        assert_eq!(told(&world, CHAT).await.len(), 1, "{text}: the number of the chat");
    }
    let shown = world.get(&path).await;
    assert_eq!((&shown["state"], &shown["wrongCodes"]), (&json!("pending"), &json!(1)));
}

#[tokio::test]
async fn a_link_counts_by_when_it_was_followed() {
    for (after_ms, state) in [(LINK_VALID_MS, "confirmed"), (LINK_VALID_MS + 1_000, "expired")] {
        let world = World::new();
        let (path, start) = invite(&world, "accounts").await;
        world.clock.set(NOON.plus_ms(2 * LINK_VALID_MS));
        write(&world, update(CHAT, 1, &start, after_ms)).await;
        assert_eq!(world.get(&path).await["state"], state);
    }
}

#[tokio::test]
async fn stop_ends_all_of_the_chat_and_nothing_of_others() {
    let world = World::new();
    let (accounts, first) = invite(&world, "accounts").await;
    let (owners, second) = invite(&world, "owners").await;
    let (others, third) = invite(&world, "logistics").await;
    write(&world, update(CHAT, 1, &first, 0)).await;
    write(&world, update(CHAT, 2, &second, 0)).await;
    write(&world, update(77, 1, &third, 0)).await;
    told(&world, CHAT).await;
    for copies in 1..3 {
        write(&world, update(CHAT, 3, "STOP", 1_000)).await;
        let states = [world.get(&accounts).await, world.get(&owners).await, world.get(&others).await];
        assert_eq!(states.map(|shown| shown["state"].clone()), ["ended", "ended", "confirmed"], "{copies}");
    }
    assert_eq!(told(&world, CHAT).await, ["Your subscription to news of deals has ended."]);
}

#[tokio::test]
async fn stop_where_nobody_has_subscribed_says_so() {
    let world = World::new();
    write(&world, update(CHAT, 1, "stop", 0)).await;
    let answer = told(&world, CHAT).await;
    assert!(matches!(answer.as_slice(), [text] if text.starts_with("Nobody has subscribed")), "{answer:?}");
}

/// The confirmation is in the log, and the function died before it planned the answer.
#[tokio::test]
async fn a_crash_between_confirmation_and_welcome_is_made_good_by_the_update_that_comes_again() {
    let dead = Arc::new(AtomicBool::new(true));
    let is_dead = Arc::clone(&dead);
    let decide = move |call: &Call| {
        let message = call.stream.as_ref().is_some_and(|stream| stream.kind() == "notification");
        if message && is_dead.load(Ordering::SeqCst) { Fate::FailBefore } else { Fate::Pass }
    };
    let world = World::over(|log| Arc::new(FaultyLog::new(log, decide)));
    let (path, start) = invite(&world, "accounts").await;
    let body = json!({ "hook": update(CHAT, 1, &start, 0), "of": "telegram" }).to_string();
    assert_eq!(world.desk.handle(vec![record("m-1", &body)]).await, ["m-1"]);
    assert_eq!(world.get(&path).await["state"], "confirmed");
    assert!(told(&world, CHAT).await.is_empty());
    dead.store(false, Ordering::SeqCst);
    assert!(world.desk.handle(vec![record("m-1", &body)]).await.is_empty());
    let welcome = told(&world, CHAT).await;
    assert!(matches!(welcome.as_slice(), [text] if text.contains("accounts")), "{welcome:?}");
}

#[tokio::test]
async fn a_request_that_is_repeated_is_answered_with_its_link_and_another_has_another() {
    let world = World::new();
    let first = ask(&world, "k", &wanted("accounts")).await;
    let again = ask(&world, "k", &wanted("accounts")).await;
    assert_eq!((again.status(), again.json()), (201, first.json()));
    let other = ask(&world, "k-2", &wanted("accounts")).await;
    assert_ne!(other.json()["link"], first.json()["link"]);
    assert_ne!(other.header("location"), first.header("location"));
    let code = first.json()["link"]
        .as_str()
        .unwrap()
        .split_at(first.json()["link"].as_str().unwrap().len() - 32)
        .1
        .to_owned();
    world.relay().await;
    assert!(!format!("{:?}", world.log.streams()).contains(&code), "no code is kept in the clear");
}

#[tokio::test]
async fn a_phone_belongs_to_whatsapp_alone() {
    let world = World::new();
    let mut with_phone = wanted("accounts");
    with_phone["phone"] = json!("+919811111111");
    let without = json!({ "channel": "whatsapp", "audience": "accounts", "name": "Kiran" });
    for (body, code) in [(with_phone, "not-allowed"), (without, "missing")] {
        let refused = ask(&world, "k", &body).await;
        assert_eq!((refused.status(), refused.faults()), (422, vec![("/phone".to_owned(), code.to_owned())]));
    }
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn no_link_leads_to_a_bot_whose_name_nobody_has_said() {
    let world = World::new();
    let nameless = TelegramSecrets { bot_name: None, ..telegram_secrets() };
    let api = Api { telegram: Arc::new(FixedSecrets(nameless)), ..api(&world.notifications) };
    let router = routes().into_router(api, Edge::new(world.clock.clone(), world.notifications.ids.clone()));
    let request = TestRequest::post("/v1/subscriptions").key("k").json(&wanted("accounts"));
    let refused = request.caller("user_1", &["notification:write"]).send(&router).await;
    assert_eq!((refused.status(), refused.problem().as_str()), (409, "conflict"));
    assert!(refused.json()["detail"].as_str().unwrap().contains("botName"), "{}", refused.json());
    assert!(world.log.streams().is_empty());
}
