//! Deals told together, on the phones of the simulated provider.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::phones::{AUDIENCES, Phones, name_people};

/// The next time of day, to the minute and by India's clock, that leaves a minute to book deals.
fn soon() -> Result<String> {
    let seconds = SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    let minutes = (seconds + 60).div_ceil(60) + 5 * 60 + 30;
    Ok(format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60))
}

async fn prefer(firm: &Firm, digests: &Value) -> Result<()> {
    let version = firm.api.get("/v1/preferences").await?.header("etag").context("no version")?.to_owned();
    let put = firm.api.request(Method::PUT, "/v1/preferences").header("if-match", version);
    firm.api.send(put.json(&json!({ "quietHours": [], "digests": digests }))).await?.expect(200)?;
    Ok(())
}

/// What somebody is told of a deal, once it is `settled`.
async fn told(firm: &Firm, deal: &str, phone: &str, settled: fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..60 {
        last = firm.api.get(&format!("/v1/notifications?dealId={deal}")).await?.expect(200)?;
        let all = last["data"].as_array().context("a page has data")?;
        let theirs = all.iter().find(|one| one["recipient"]["phone"] == format!("+{phone}"));
        if let Some(theirs) = theirs.filter(|one| settled(one)) {
            return Ok(theirs.clone());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not settled after half a minute: {last}")
}

#[tokio::test]
async fn deals_reach_an_audience_with_a_digest_in_one_message_when_it_is_due() -> Result<()> {
    let firm = Firm::open().await?;
    let phones = Phones::of(&firm)?;
    let _ours = AUDIENCES.lock().await;
    let people = name_people(&firm).await?;
    prefer(&firm, &json!([{ "audience": "accounts", "at": [soon()?] }])).await?;
    let booked = book(&firm, &people[0]).await;
    prefer(&firm, &json!([])).await?;
    let (customer, deals) = booked?;
    // The owners are told of each as ever.
    for phone in &people[2..] {
        phones.await_text(phone, &customer).await?;
    }
    let digest = phones.await_text(&people[0], &customer).await?;
    assert!(digest.starts_with("📋 *NEWS OF DEALS*"), "{digest}");
    assert_eq!(digest.matches(&customer).count(), 2, "{digest}");
    let mut digests = Vec::new();
    for deal in &deals {
        let told = told(&firm, deal, &people[0], |one| text(one, "state") == "delivered").await?;
        assert_eq!(told["attempts"], 0, "{told}");
        digests.push(text(&told, "digestId").to_owned());
    }
    assert_eq!(digests[0], digests[1]);
    assert_eq!(phones.arrived(&people[0], "").await?.len(), 1, "both deals are one message");
    Ok(())
}

/// Two deals of one customer, of which this phone is to be told in a digest.
async fn book(firm: &Firm, phone: &str) -> Result<(String, [String; 2])> {
    let lot = firm.lot("5000", "90").await?;
    let customer = format!("Gathered {}", key());
    firm.enter_customer(&customer).await?;
    let mut sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    sale["customer"] = json!(customer);
    let mut deals = [String::new(), String::new()];
    for deal in &mut deals {
        let booked = firm.api.deal(&key(), &sale).await?;
        assert_eq!(text(&booked, "status"), "confirmed", "{booked}");
        text(&booked, "id").clone_into(deal);
        told(firm, deal, phone, |one| one["digestId"].is_string()).await?;
    }
    Ok((customer, deals))
}
