//! Deals told together, on the phones of the simulated provider.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::phones::{AUDIENCES, Phones, name_people};

/// The next time of day, to the minute and by India's clock, that leaves a minute and a half to book deals.
fn soon() -> Result<String> {
    let seconds = SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    let minutes = (seconds + 90).div_ceil(60) + 5 * 60 + 30;
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
    for _ in 0..400 {
        last = firm.api.get(&format!("/v1/notifications?dealId={deal}")).await?.expect(200)?;
        let all = last["data"].as_array().context("a page has data")?;
        let theirs = all.iter().find(|one| one["recipient"]["phone"] == format!("+{phone}"));
        if let Some(theirs) = theirs.filter(|one| settled(one)) {
            return Ok(theirs.clone());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not settled in time: {last}")
}

#[tokio::test]
async fn deals_reach_an_audience_with_a_digest_by_that_alone_and_once_each() -> Result<()> {
    let firm = Firm::open().await?;
    let phones = Phones::of(&firm)?;
    let _ours = AUDIENCES.lock().await;
    let people = name_people(&firm).await?;
    prefer(&firm, &json!([{ "audience": "accounts", "at": [soon()?] }])).await?;
    let seen = gathered(&firm, &phones, &people[0]).await;
    prefer(&firm, &json!([])).await?;
    seen
}

/// Two deals are in digests and told by them once each. What others book meanwhile is in there, too, so that one digest may end
/// between the two.
async fn gathered(firm: &Firm, phones: &Phones, phone: &str) -> Result<()> {
    let (customer, deals) = book(firm, phone).await?;
    for deal in &deals {
        let told = told(firm, deal, phone, |one| text(one, "state") == "delivered").await?;
        assert_eq!(told["attempts"], 0, "{told}");
    }
    let arrived = phones.arrived(phone, &customer).await?;
    let texts: Vec<&str> = arrived.iter().map(|message| text(message, "text")).collect();
    assert!(texts.iter().all(|text| text.contains("*NEWS OF DEALS*")), "{texts:?}");
    let lines = texts.iter().map(|text| text.matches(&customer).count()).sum::<usize>();
    assert_eq!(lines, 2, "each deal is told once: {texts:?}");
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
