//! What is booked stands in the firm's sheet, and what people type there reaches the deals.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::sheet::{Sheet, amend, rows, until};

#[tokio::test]
async fn a_deal_from_three_lots_is_three_rows_and_a_cancelled_one_adds_up_to_nothing() -> Result<()> {
    let firm = Firm::open().await?;
    let sheet = Sheet::of(&firm)?;
    let lots =
        [firm.lot("1000", "90").await?, firm.lot("1000", "91.5").await?, firm.lot("1000", "92.25").await?];
    let customer = format!("Sheet {}", key());
    let sources: Vec<Value> = lots.iter().map(|lot| json!({ "lotId": lot, "quantityKg": "1000" })).collect();
    let mut sale = firm.sale("3000", "95.5", json!(sources));
    firm.enter_customer(&customer).await?;
    sale["customer"] = json!(customer);
    let deal = firm.api.deal(&key(), &sale).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");
    let id = text(&deal, "id");

    let known = rows(&firm, id, 3, "written").await?;
    let lines = sheet.lines(&customer).await?;
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (part, ((_, line), row)) in (1..).zip(lines.iter().zip(&known)) {
        let sold = if part == 1 {
            [json!(3000), json!(95.5), json!("delivered")]
        } else {
            [json!(""), json!(""), json!("")]
        };
        let rate = [json!(90), json!(91.5), json!(92.25)][part - 1].clone();
        let expected = [
            row["key"].clone(),
            json!("01-08-2025"),
            json!(customer),
            sold[0].clone(),
            sold[1].clone(),
            sold[2].clone(),
            json!(firm.code),
            json!("HD 50% HM"),
            json!("RIL"),
            json!("HD"),
            json!("Gulf Polymers"),
            json!(1000),
            rate,
            json!(format!("Part {part} of 3")),
        ];
        assert_eq!(line[..], expected[..]);
    }

    // People change a cell; the comparison shows all three sides of it.
    let (number, _) = &lines[0];
    sheet.type_into(&format!("N{number}"), &json!("call before noon")).await?;
    let (mut path, mut differs) = ("/v1/sync/compare?limit=200".to_owned(), Vec::new());
    loop {
        let page = firm.api.get(&path).await?.expect(200)?;
        differs.extend(page["data"].as_array().context("a page has data")?.clone());
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/v1/sync/compare?limit=200&cursor={cursor}");
    }
    let ours: Vec<&Value> = differs.iter().filter(|row| row["dealId"] == id).collect();
    assert!(ours.iter().any(|row| row["cells"][0]["sheet"] == "call before noon"), "{ours:?}");

    firm.api.post(&format!("/v1/deals/{id}/cancel"), &key(), &json!({})).await?.expect(200)?;
    let mut cancelled = Vec::new();
    for _ in 0..240 {
        cancelled = sheet.lines(&customer).await?;
        if cancelled.iter().all(|(_, line)| line[11] == 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let notes: Vec<&Value> = cancelled.iter().map(|(_, line)| &line[13]).collect();
    assert_eq!(notes, ["Cancelled, part 1 of 3", "Cancelled, part 2 of 3", "Cancelled, part 3 of 3"]);
    assert_eq!(cancelled[0].1[3], 0);
    Ok(())
}

#[tokio::test]
async fn the_connection_is_tested_and_says_what_it_found() -> Result<()> {
    let firm = Firm::open().await?;
    let tested = firm.api.post("/v1/sync/connections/main/test", &key(), &json!({})).await?.expect(200)?;
    assert_eq!(tested["usable"], true, "{tested}");
    let listed = firm.api.get("/v1/sync/connections").await?.expect(200)?;
    assert_eq!(listed["data"][0]["spreadsheetId"], "sim-sheet", "{listed}");
    assert_eq!(listed["data"][0]["paused"], false, "{listed}");
    Ok(())
}

#[tokio::test]
async fn a_rate_typed_into_the_sheet_reaches_the_deal_and_meets_the_one_that_was_changed_here() -> Result<()>
{
    let firm = Firm::open().await?;
    let sheet = Sheet::of(&firm)?;
    let lot = firm.lot("1000", "90").await?;
    let customer = format!("Typed {}", key());
    let mut sale = firm.sale("1000", "95.5", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    firm.enter_customer(&customer).await?;
    sale["customer"] = json!(customer);
    let deal = firm.api.deal(&key(), &sale).await?;
    let id = text(&deal, "id");
    rows(&firm, id, 1, "written").await?;
    let (number, _) = sheet.lines(&customer).await?.remove(0);
    let rate_cell = format!("E{number}");

    // The rate there, a comment here: both land.
    sheet.type_into(&rate_cell, &json!(97)).await?;
    amend(&firm, id, &json!({ "saleComments": "urgent" })).await?;
    firm.api.post("/v1/sync/runs", &key(), &json!({})).await?.expect(202)?;
    let path = format!("/v1/deals/{id}");
    let amended = until(&firm, &path, |deal| deal["ratePerKg"] == "97.00").await?;
    assert_eq!((&amended["saleComments"], &amended["marginInr"]), (&json!("urgent"), &json!("7000.00")));
    let history = firm.api.get(&format!("{path}/history")).await?.expect(200)?;
    let by: Vec<&Value> =
        history["data"].as_array().into_iter().flatten().map(|entry| &entry["actor"]).collect();
    assert!(by.contains(&&json!("system:sheet")), "{history}");
    rows(&firm, id, 1, "written").await?;
    assert_eq!(sheet.lines(&customer).await?[0].1[4], json!(97));

    // The same cell on both sides: nobody's word is lost, and the policy decides.
    sheet.type_into(&rate_cell, &json!(98)).await?;
    amend(&firm, id, &json!({ "ratePerKg": "99" })).await?;
    let met = until(&firm, "/v1/sync/conflicts?limit=200", |page| {
        page["data"].as_array().is_some_and(|all| all.iter().any(|conflict| conflict["dealId"] == id))
    });
    let met = met.await?;
    let conflict = met["data"].as_array().into_iter().flatten().find(|conflict| conflict["dealId"] == id);
    let conflict = conflict.context("it was there")?;
    let of = |side: &str| (conflict[side]["value"].clone(), conflict[side]["by"].clone());
    assert_eq!(of("sheet"), (json!("98"), json!("system:sheet")), "{conflict}");
    assert_eq!(of("database").0, json!("99"), "{conflict}");
    assert_eq!(conflict["outcome"], "database", "{conflict}");
    for _ in 0..240 {
        if sheet.lines(&customer).await?[0].1[4] == json!(99) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("the sheet does not show the rate that won: {:?}", sheet.lines(&customer).await?)
}

#[tokio::test]
async fn an_unsigned_poke_is_turned_away() -> Result<()> {
    let firm = Firm::open().await?;
    let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
    let poke = http.post(format!("{}/v1/hooks/sheets", firm.endpoints.api)).json(&json!({ "edited": "E2" }));
    assert_eq!(poke.send().await?.status(), 401);
    Ok(())
}
