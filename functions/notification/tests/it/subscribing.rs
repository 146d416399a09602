//! Joining an audience by a code from one's own phone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http_kit::testing::{TestRequest, TestResponse};
use lambda_entry::InboxHandler as _;
use notification_domain::subscription::CODE_VALID_MS;
use serde_json::{Value, json};
use testkit::{Call, Fate, FaultyLog, NOON};

use crate::world::{World, notice, record};

const PHONE: &str = "+919811111111";

async fn ask(world: &World, key: &str, body: &Value) -> TestResponse {
    world.send(TestRequest::post("/v1/subscriptions").key(key).json(body)).await
}

fn wanted(audience: &str) -> Value {
    json!({ "channel": "whatsapp", "phone": PHONE, "audience": audience, "name": "Kiran" })
}

/// Asks for a subscription; gives its path and what has to be said.
async fn subscribe(world: &World, audience: &str) -> (String, String) {
    let answer = ask(world, audience, &wanted(audience)).await;
    assert_eq!(answer.status(), 201, "{}", answer.json());
    (answer.header("location").to_owned(), answer.json()["say"].as_str().unwrap().to_owned())
}

/// Another code than the one to be said.
fn wrong(say: &str) -> String {
    let code: u32 = say.strip_prefix("hi ").unwrap().parse().unwrap();
    format!("hi {:04}", (code + 1) % 10_000)
}

fn writing(from: &str, id: &str, text: &str, after_ms: i64) -> Value {
    let timestamp = ((NOON.unix_ms() + after_ms) / 1_000).to_string();
    notice(
        "messages",
        &json!({ "from": from.trim_start_matches('+'), "id": id, "type": "text", "timestamp": timestamp,
            "text": { "body": text } }),
    )
}

/// The texts that this phone was sent since somebody last looked.
async fn told(world: &World, phone: &str) -> Vec<String> {
    for order in world.orders().await {
        assert_eq!(world.carry_out(&order).await, None);
    }
    let calls = world.whatsapp.take_calls().into_iter();
    calls.filter(|call| call.to == phone).map(|call| call.text).collect()
}

#[tokio::test]
async fn a_code_from_that_very_phone_joins_the_audience_and_stop_leaves_it() {
    let world = World::with_people().await;
    let (path, say) = subscribe(&world, "logistics").await;
    world.decided("confirmed").await;
    assert!(told(&world, PHONE).await.is_empty(), "nobody is told before they have confirmed");

    world.hook(&writing(PHONE, "wamid.1", &say, 1_000)).await;
    assert_eq!(world.get(&path).await["state"], "confirmed");
    let welcome = told(&world, PHONE).await;
    assert!(matches!(welcome.as_slice(), [text] if text.contains("logistics") && text.contains("STOP")));
    world.decided("confirmed").await;
    let news = told(&world, PHONE).await;
    assert!(matches!(news.as_slice(), [text] if text.starts_with("Sold to *Ivory")), "{news:?}");
    assert!(!news[0].contains(['₹', '@']), "{news:?}");

    world.hook(&writing(PHONE, "wamid.2", "Stop", 2_000)).await;
    assert_eq!(world.get(&path).await["state"], "ended");
    assert_eq!(told(&world, PHONE).await, ["Your subscription to news of deals has ended."]);
    world.decided("confirmed").await;
    assert!(told(&world, PHONE).await.is_empty());
}

#[tokio::test]
async fn the_code_from_another_phone_confirms_nothing_and_is_no_guess() {
    let world = World::new();
    let (path, say) = subscribe(&world, "accounts").await;
    world.hook(&writing("+919822222222", "wamid.1", &say, 0)).await;
    let shown = world.get(&path).await;
    assert_eq!((&shown["state"], &shown["wrongCodes"]), (&json!("pending"), &json!(0)));
}

#[tokio::test]
async fn five_wrong_codes_lock_it_until_it_is_asked_for_again() {
    let world = World::new();
    let (path, say) = subscribe(&world, "accounts").await;
    for (guess, copies) in [(1, 3), (2, 1), (3, 1), (4, 1)] {
        for _ in 0..copies {
            world.hook(&writing(PHONE, &format!("wamid.{guess}"), &wrong(&say), 0)).await;
        }
    }
    let shown = world.get(&path).await;
    assert_eq!((&shown["state"], &shown["wrongCodes"]), (&json!("pending"), &json!(4)));
    world.hook(&writing(PHONE, "wamid.5", &wrong(&say), 0)).await;
    world.hook(&writing(PHONE, "wamid.6", &say, 0)).await;
    assert_eq!(world.get(&path).await["state"], "locked");

    let again = ask(&world, "again", &wanted("accounts")).await;
    assert_eq!(again.status(), 201);
    world.hook(&writing(PHONE, "wamid.7", again.json()["say"].as_str().unwrap(), 0)).await;
    assert_eq!(world.get(&path).await["state"], "confirmed");
}

#[tokio::test]
async fn a_code_counts_by_when_it_was_sent() {
    for (sent_after_ms, state) in [(CODE_VALID_MS, "confirmed"), (CODE_VALID_MS + 1_000, "expired")] {
        let world = World::new();
        let (path, say) = subscribe(&world, "accounts").await;
        world.clock.set(NOON.plus_ms(2 * CODE_VALID_MS));
        world.hook(&writing(PHONE, "wamid.1", &say, sent_after_ms)).await;
        assert_eq!(world.get(&path).await["state"], state);
    }
}

#[tokio::test]
async fn of_several_subscriptions_of_a_phone_a_code_confirms_its_own() {
    let world = World::new();
    let (accounts, _) = subscribe(&world, "accounts").await;
    let (owners, say) = subscribe(&world, "owners").await;
    world.hook(&writing(PHONE, "wamid.1", &say, 0)).await;
    let waits = world.get(&accounts).await;
    assert_eq!((&waits["state"], &waits["wrongCodes"]), (&json!("pending"), &json!(0)));
    assert_eq!(world.get(&owners).await["state"], "confirmed");
    world.relay().await;
    for (query, found) in
        [("", 2), ("?audience=owners", 1), ("?state=pending", 1), ("?audience=owners&state=pending", 0)]
    {
        let page = world.get(&format!("/v1/subscriptions{query}")).await;
        assert_eq!(page["data"].as_array().unwrap().len(), found, "{query}");
    }
}

#[tokio::test]
async fn the_same_message_again_changes_nothing_and_answers_once() {
    let world = World::new();
    let (path, say) = subscribe(&world, "accounts").await;
    for _ in 0..2 {
        world.hook(&writing(PHONE, "wamid.1", &say, 0)).await;
    }
    assert_eq!(world.get(&path).await["version"], 2);
    assert_eq!(told(&world, PHONE).await.len(), 1);
}

/// The confirmation is in the log, and the function died before it planned the answer.
#[tokio::test]
async fn a_crash_between_confirmation_and_answer_is_made_good_by_the_message_that_comes_again() {
    let dead = Arc::new(AtomicBool::new(true));
    let is_dead = Arc::clone(&dead);
    let decide = move |call: &Call| {
        let message = call.stream.as_ref().is_some_and(|stream| stream.kind() == "notification");
        if message && is_dead.load(Ordering::SeqCst) { Fate::FailBefore } else { Fate::Pass }
    };
    let world = World::over(|log| Arc::new(FaultyLog::new(log, decide)));
    let (path, say) = subscribe(&world, "accounts").await;
    let body = json!({ "hook": writing(PHONE, "wamid.1", &say, 0) }).to_string();
    assert_eq!(world.desk.handle(vec![record("m-1", &body)]).await, ["m-1"]);
    assert_eq!(world.get(&path).await["state"], "confirmed");
    assert!(told(&world, PHONE).await.is_empty());
    dead.store(false, Ordering::SeqCst);
    assert!(world.desk.handle(vec![record("m-1", &body)]).await.is_empty());
    assert_eq!(told(&world, PHONE).await.len(), 1);
}

#[tokio::test]
async fn a_stop_that_is_older_than_the_request_ends_nothing() {
    let world = World::new();
    world.clock.set(NOON.plus_ms(3_600_000));
    let (path, _) = subscribe(&world, "accounts").await;
    world.hook(&writing(PHONE, "wamid.1", "STOP", 0)).await;
    assert_eq!(world.get(&path).await["state"], "pending");
}

#[tokio::test]
async fn somebody_who_is_named_and_has_subscribed_is_told_once() {
    let world = World::with_people().await;
    let body =
        json!({ "channel": "whatsapp", "phone": "+919800000001", "audience": "accounts", "name": "Asha" });
    let answer = ask(&world, "k", &body).await.json();
    world.hook(&writing("+919800000001", "wamid.1", answer["say"].as_str().unwrap(), 0)).await;
    assert_eq!(told(&world, "+919800000001").await.len(), 1);
    world.decided("confirmed").await;
    assert_eq!(told(&world, "+919800000001").await.len(), 1);
}

#[tokio::test]
async fn a_request_that_is_repeated_is_answered_with_its_code_and_one_that_differs_is_refused() {
    let world = World::new();
    let first = ask(&world, "k", &wanted("accounts")).await;
    let again = ask(&world, "k", &wanted("accounts")).await;
    assert_eq!((again.status(), again.json()), (201, first.json()));
    let mut renamed = wanted("accounts");
    renamed["name"] = json!("Other");
    assert_eq!(ask(&world, "k", &renamed).await.status(), 422);
    let newer = ask(&world, "k-2", &wanted("accounts")).await;
    assert_ne!(newer.json()["say"], first.json()["say"]);
    assert!(
        ask(&world, "k", &wanted("accounts")).await.json().get("say").is_none(),
        "another has replaced it"
    );
}

#[tokio::test]
async fn every_fault_is_named_at_once_and_nothing_is_written() {
    let world = World::new();
    let bad = json!({ "channel": "pigeon", "phone": "98000", "audience": "all", "name": "", "more": 1 });
    let refused = ask(&world, "k", &bad).await;
    assert_eq!(refused.status(), 422);
    let places: Vec<String> = refused.faults().into_iter().map(|(place, _)| place).collect();
    for place in ["/channel", "/phone", "/audience", "/name", "/more"] {
        assert!(places.iter().any(|found| found == place), "{place} is not among {places:?}");
    }
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn the_firm_ends_one_and_may_ask_again_but_not_for_what_is_confirmed() {
    let world = World::new();
    let (path, say) = subscribe(&world, "accounts").await;
    world.hook(&writing(PHONE, "wamid.1", &say, 0)).await;
    let refused = ask(&world, "again", &wanted("accounts")).await;
    assert_eq!((refused.status(), refused.problem().as_str()), (409, "conflict"));
    for request in
        [TestRequest::new("DELETE".parse().unwrap(), &path), TestRequest::post(&format!("{path}/cancel"))]
    {
        let ended = world.send(request).await;
        assert_eq!((ended.status(), &ended.json()["state"]), (200, &json!("ended")));
    }
    assert_eq!(ask(&world, "once-more", &wanted("accounts")).await.status(), 201);
    let unknown = "/v1/subscriptions/subscription_00000000000000000000000000000000";
    let request = TestRequest::new("DELETE".parse().unwrap(), unknown);
    assert_eq!(world.send(request).await.status(), 404);
}

#[tokio::test]
async fn no_code_is_kept_in_the_clear() {
    let world = World::new();
    let (_, say) = subscribe(&world, "accounts").await;
    world.relay().await;
    let code = say.strip_prefix("hi ").unwrap();
    let kept = format!("{:?}", world.log.streams());
    assert!(!kept.contains(&format!("\"{code}\"")) && !kept.contains(&say), "{kept}");
}
