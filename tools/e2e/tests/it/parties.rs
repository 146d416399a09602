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

#[tokio::test]
async fn a_deal_takes_any_name_of_a_party_and_nobody_unknown() -> Result<()> {
    let firm = Firm::open().await?;
    let word: String = key().chars().filter(char::is_ascii_hexdigit).collect();
    let (first, second, typo) =
        (format!("Vora Films {word}"), format!("Vora Packaging {word}"), format!("Vora Fims {word}"));
    let purchase =
        json!([{ "purchase": { "supplier": "Fresh & Co.", "quantityKg": "10", "ratePerKg": "90" } }]);
    let sale = |customer: &str| {
        let mut sale = firm.sale("10", "95", purchase.clone());
        sale["customer"] = customer.into();
        sale
    };
    let party = json!({ "name": first, "aliases": [format!("VF {word}")], "roles": ["customer"] });
    let created = firm.api.post("/v1/parties", &key(), &party).await?.expect(201)?;
    let first_id = text(&created, "id").to_owned();

    let nearest = |body: &Value| body["errors"][0]["nearest"].to_string().contains(&first_id);
    let mut refused = firm.api.post("/v1/deals", &key(), &sale(&typo)).await?;
    // The list that the nearest are taken from follows within a moment.
    for _ in 0..60 {
        if nearest(&refused.body) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        refused = firm.api.post("/v1/deals", &key(), &sale(&typo)).await?;
    }
    ensure!(refused.status == 422 && refused.faults() == ["/customer"], "{}", refused.body);
    ensure!(nearest(&refused.body), "{}", refused.body);

    let created = firm.api.post("/v1/deals?createMissing=true", &key(), &sale(&second)).await?.expect(202)?;
    let deal = firm.api.decided(text(&created, "id")).await?;
    ensure!(text(&deal, "status") == "confirmed" && text(&deal, "customer") == second, "{deal}");
    let second_id = text(&deal, "customerId").to_owned();
    let entered = firm.api.get(&format!("/v1/parties/{second_id}")).await?.expect(200)?;
    ensure!(text(&entered, "name") == second, "{entered}");

    let by_alias = firm.api.deal(&key(), &sale(&format!("vf  {word}"))).await?;
    ensure!(text(&by_alias, "customer") == first && text(&by_alias, "customerId") == first_id, "{by_alias}");

    let path = format!("/v1/parties/{second_id}/merge");
    firm.api.post(&path, &key(), &json!({ "intoId": first_id })).await?.expect(200)?;
    let mut by_merged = sale("x");
    by_merged["customerId"] = json!(second_id);
    by_merged.as_object_mut().map(|members| members.remove("customer"));
    // Contexts that know the party hear of the merge within a moment.
    for _ in 0..60 {
        let deal = firm.api.deal(&key(), &by_merged).await?;
        if text(&deal, "customerId") == first_id {
            ensure!(text(&deal, "customer") == first, "{deal}");
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    anyhow::bail!("deals do not follow the merge")
}
