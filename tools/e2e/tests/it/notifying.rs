//! Who is told of a deal, on the phones of the simulated provider.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use e2e::Api;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::phones::{AUDIENCES, Phones, name_people};

/// What these people are told about a deal, once `settled` says so of each. Others may have joined meanwhile.
async fn notifications(
    firm: &Firm,
    deal: &str,
    people: &[String],
    settled: impl Fn(&Value) -> bool,
) -> Result<Vec<Value>> {
    let mut last = Value::Null;
    for _ in 0..240 {
        let page = firm.api.get(&format!("/v1/notifications?dealId={deal}")).await?.expect(200)?;
        let mut theirs = page["data"].as_array().context("a page has data")?.clone();
        theirs.retain(|one| people.iter().any(|phone| one["recipient"]["phone"] == format!("+{phone}")));
        if theirs.len() == people.len() && theirs.iter().all(&settled) {
            return Ok(theirs);
        }
        last = page;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not told after two minutes: {last}")
}

#[tokio::test]
async fn a_confirmed_deal_reaches_every_phone_once_and_is_known_to_be_delivered() -> Result<()> {
    let firm = Firm::open().await?;
    let phones = Phones::of(&firm)?;
    let _ours = AUDIENCES.lock().await;
    let people = name_people(&firm).await?;
    let lot = firm.lot("5000", "90").await?;
    let customer = format!("Told {}", key());
    let mut sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    firm.enter_customer(&customer).await?;
    sale["customer"] = json!(customer);
    let deal = firm.api.deal(&key(), &sale).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");

    let told =
        notifications(&firm, text(&deal, "id"), &people, |one| text(one, "state") == "delivered").await?;
    for notification in &told {
        assert_eq!(notification["attempts"], 1, "{notification}");
        assert_eq!(notification["possiblyDuplicate"], false, "{notification}");
    }
    for phone in &people {
        let arrived = phones.arrived(phone, &customer).await?;
        assert_eq!(arrived.len(), 1, "{phone}: {arrived:?}");
        let told = text(&arrived[0], "text");
        assert_eq!(
            told.contains("Rate: 95 delivered"),
            *phone != people[1],
            "logistics sees no rate, the others do: {told}"
        );
    }
    let deal = json!({ "dealId": text(&deal, "id") });
    let preview = firm.api.request(Method::POST, "/v1/templates/deal-confirmed-accounts/preview").json(&deal);
    let preview = firm.api.send(preview).await?.expect(200)?;
    let accounts =
        told.iter().find(|one| text(one, "audience") == "accounts").context("accounts are told")?;
    assert_eq!(text(&preview, "text"), text(accounts, "text"), "a preview says what was told");
    Ok(())
}

#[tokio::test]
async fn a_haulier_named_for_a_deal_is_told_without_its_rate_and_again_when_it_is_called_off() -> Result<()> {
    let firm = Firm::open().await?;
    let phones = Phones::of(&firm)?;
    let since_ms = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    let phone = format!("917{:09}", since_ms % 1_000_000_000);
    let trader = Api::login(&firm.endpoints, "trader").await?;
    let lot = firm.lot("5000", "91.25").await?;
    let customer = format!("Hauled {}", key());
    let mut sale = firm.sale("1000", "95.5", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    firm.enter_customer(&customer).await?;
    sale["customer"] = json!(customer);
    let deal = trader.deal(&key(), &sale).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");
    let id = text(&deal, "id");

    let path = format!("/v1/audiences/deals/{id}");
    let people = json!({ "recipients": [{ "name": "Konkan Roadways", "phone": format!("+{phone}") }] });
    let put = || trader.send(trader.request(Method::PUT, &path).header("if-match", "\"0\"").json(&people));
    put().await?.expect(200)?;
    put().await?.expect(412)?;
    let told = phones.await_text(&phone, &customer).await?;
    assert!(told.contains("1000 kg") && !told.contains("95.5") && !told.contains("91.25"), "{told}");

    trader.post(&format!("/v1/deals/{id}/cancel"), &key(), &json!({})).await?.expect(200)?;
    phones.await_text(&phone, "DEAL CANCELLED").await?;
    let arrived = phones.arrived(&phone, &customer).await?;
    assert_eq!(arrived.len(), 2, "{arrived:?}");
    trader
        .send(trader.request(Method::PUT, &path).header("if-match", "\"1\"").json(&people))
        .await?
        .expect(409)?;
    Ok(())
}

#[tokio::test]
async fn what_a_person_writes_reaches_the_phone_word_for_word_and_once() -> Result<()> {
    let firm = Firm::open().await?;
    let phones = Phones::of(&firm)?;
    let since_ms = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    let phone = format!("918{:09}", since_ms % 1_000_000_000);
    // Within 24 hours of a message from it a phone gets texts as they are, line breaks and all.
    phones.write(&phone, "hello").await?;
    let key = key();
    let said = format!("=SUM(A1:A9)\n*{key}*");
    let message = json!({ "recipient": { "phone": format!("+{phone}"), "name": "Kiran" }, "text": said });
    let write = || {
        let post = firm.api.request(Method::POST, "/v1/notifications").header("idempotency-key", &key);
        firm.api.send(post.json(&message))
    };
    let sent = write().await?.expect(202)?;
    let again = write().await?.expect(202)?;
    assert_eq!(sent["id"], again["id"]);
    phones.await_text(&phone, &key).await?;
    let told = delivered(&firm, text(&sent, "id")).await?;
    assert_eq!((&told["template"], &told["attempts"]), (&json!("one-off"), &json!(1)), "{told}");
    let arrived = phones.arrived(&phone, &key).await?;
    assert_eq!(arrived.len(), 1, "{arrived:?}");
    assert!(text(&arrived[0], "text").contains("=SUM(A1:A9)"), "{arrived:?}");
    Ok(())
}

/// Waits until a notification is known to be delivered.
async fn delivered(firm: &Firm, id: &str) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..240 {
        last = firm.api.get(&format!("/v1/notifications/{id}")).await?.expect(200)?;
        if text(&last, "state") == "delivered" {
            return Ok(last);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not delivered after two minutes: {last}")
}

#[tokio::test]
async fn a_code_sent_from_a_new_phone_has_it_join_an_audience_and_stop_leaves_it() -> Result<()> {
    let firm = Firm::open().await?;
    let phones = Phones::of(&firm)?;
    let since_ms = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    let phone = format!("917{:09}", since_ms % 1_000_000_000);
    let wanted = json!({ "channel": "whatsapp", "phone": format!("+{phone}"), "audience": "logistics", "name": "New" });
    let request = firm.api.request(Method::POST, "/v1/subscriptions").header("idempotency-key", key());
    let subscribed = firm.api.send(request.json(&wanted)).await?.expect(201)?;
    let path = format!("/v1/subscriptions/{}", text(&subscribed["subscription"], "id"));
    phones.write(&phone, text(&subscribed, "say")).await?;
    settled(&firm, &path, "confirmed").await?;
    let welcome = phones.await_text(&phone, "STOP").await?;
    assert!(welcome.contains("logistics"), "{welcome}");

    let customer = format!("Joined {}", key());
    sell_to(&firm, &customer).await?;
    let news = phones.await_text(&phone, &customer).await?;
    assert!(news.starts_with("Sold to") && !news.contains("Rate"), "{news}");

    phones.write(&phone, "STOP").await?;
    settled(&firm, &path, "ended").await?;
    phones.await_text(&phone, "ended").await?;
    Ok(())
}

/// Sells a tonne of stock to a new customer.
async fn sell_to(firm: &Firm, customer: &str) -> Result<()> {
    let lot = firm.lot("1000", "90").await?;
    let mut sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    firm.enter_customer(customer).await?;
    sale["customer"] = json!(customer);
    let deal = firm.api.deal(&key(), &sale).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");
    Ok(())
}

/// Waits until a subscription is in this state, and listed so: whom a deal is told to is read from the list.
pub(crate) async fn settled(firm: &Firm, path: &str, state: &str) -> Result<()> {
    let list = format!("/v1/subscriptions?audience=logistics&state={state}&limit=200");
    let mut last = Value::Null;
    for _ in 0..240 {
        let shown = firm.api.get(path).await?.expect(200)?;
        let listed = firm.api.get(&list).await?.expect(200)?;
        if text(&shown, "state") == state && listed.to_string().contains(text(&shown, "id")) {
            return Ok(());
        }
        last = shown;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not {state} after two minutes: {last}")
}

#[tokio::test]
async fn an_unsigned_webhook_is_turned_away() -> Result<()> {
    let firm = Firm::open().await?;
    let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
    let url = format!("{}/v1/hooks/whatsapp", firm.endpoints.api);
    let unsigned = http.post(&url).json(&json!({ "object": "whatsapp_business_account", "entry": [] }));
    assert_eq!(unsigned.send().await?.status(), 401);
    let handshake = format!("{url}?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1");
    assert_eq!(http.get(handshake).send().await?.status(), 403);
    Ok(())
}
