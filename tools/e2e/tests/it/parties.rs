//! Parties, and what is known of their trade.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::Api;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

#[tokio::test]
async fn a_deal_is_filed_under_the_party_it_names_and_added_up() -> Result<()> {
    let firm = Firm::open().await?;
    // One word that no other test and no earlier run has used.
    let word: String = key().chars().filter(char::is_ascii_hexdigit).collect();
    let name = format!("Ivory Ice\u{2011}cream Cups {word}");
    let typed = format!("ivory ice-cream CUPS {word}");
    let party = json!({
        "name": name, "roles": ["customer"],
        "contacts": [{ "name": "Asha", "phones": ["+919820012345"], "emails": ["asha@ivory.example"] }],
    });
    let created = firm.api.post("/v1/parties", &key(), &party).await?.expect(201)?;
    let id = text(&created, "id");
    let again = json!({ "name": typed, "roles": ["supplier"] });
    let refused = firm.api.post("/v1/parties", &key(), &again).await?;
    ensure!(refused.status == 409 && refused.body["existingId"] == *id, "{}", refused.body);

    let lot = firm.lot("16000", "90").await?;
    let mut sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    sale["customer"] = typed.into();
    let deal = firm.api.deal(&key(), &sale).await?;
    ensure!(deal["status"] == "confirmed", "{deal}");

    // Lists follow within a moment.
    let stats =
        eventually(&firm.api, &format!("/v1/parties/{id}/stats"), |stats| stats["deals"] == 1).await?;
    ensure!(stats["revenueInr"] == "95000.00", "{stats}");
    let path = format!("/v1/deals/summary?groupBy=customer&q={word}");
    let summary = eventually(&firm.api, &path, |summary| summary["data"][0]["deals"] == 1).await?;
    ensure!(summary["data"][0]["marginInr"] == "5000.00", "{summary}");
    let path = format!("/v1/parties/suggest?q=icecream%20{word}");
    let found = eventually(&firm.api, &path, |found| found["data"][0]["id"] == *id).await?;
    ensure!(found["data"].as_array().is_some_and(|all| all.len() == 1), "{found}");

    let viewer = Api::login(&firm.endpoints, "viewer").await?;
    let seen = viewer.get(&format!("/v1/parties/{id}")).await?.expect(200)?;
    ensure!(!seen.to_string().contains("98200"), "telephone numbers are not for everybody: {seen}");
    Ok(())
}

/// The answer, once it is as expected.
async fn eventually(api: &Api, path: &str, expected: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..60 {
        last = api.get(path).await?.expect(200)?;
        if expected(&last) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    ensure!(expected(&last), "{path}: {last}");
    Ok(last)
}
