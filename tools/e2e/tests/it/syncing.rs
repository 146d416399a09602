//! What stands in the firm's sheet, at the simulated provider.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

struct Sheet {
    http: Client,
    base: String,
}

impl Sheet {
    fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { http, base: format!("{}/_sim/sheets/sim-sheet/tabs/Main", firm.endpoints.simulators) })
    }

    /// The lines of this customer, each with its number, from A to N.
    async fn lines(&self, customer: &str) -> Result<Vec<(usize, Vec<Value>)>> {
        let all: Vec<Vec<Value>> = self.http.get(&self.base).send().await?.json().await?;
        let numbered = all.into_iter().enumerate().map(|(index, line)| (index + 1, line));
        Ok(numbered.filter(|(_, line)| line.get(2).is_some_and(|cell| cell == customer)).collect())
    }

    async fn type_into(&self, cell: &str, value: &str) -> Result<()> {
        let typed = self.http.put(format!("{}/cells/{cell}", self.base)).json(&json!({ "value": value }));
        typed.send().await?.error_for_status()?;
        Ok(())
    }
}

/// The rows of a deal, once there are so many and all are in this state.
async fn rows(firm: &Firm, deal: &str, count: usize, state: &str) -> Result<Vec<Value>> {
    let mut last = Value::Null;
    for _ in 0..240 {
        let page = firm.api.get(&format!("/v1/sync/rows?dealId={deal}")).await?.expect(200)?;
        let rows = page["data"].as_array().context("a page has data")?.clone();
        if rows.len() == count && rows.iter().all(|row| row["state"] == state) {
            return Ok(rows);
        }
        last = page;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not in the sheet after two minutes: {last}")
}

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
    sheet.type_into(&format!("N{number}"), "call before noon").await?;
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
