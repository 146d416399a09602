//! One deal, followed by its links from the request to the phones and the sheet.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

/// What a link of the deal lists, once there are so many entries.
async fn linked(firm: &Firm, path: &str, least: usize) -> Result<Vec<Value>> {
    let mut last = Value::Null;
    for _ in 0..240 {
        let page = firm.api.get(path).await?.expect(200)?;
        let entries = page["data"].as_array().context("a page has data")?.clone();
        if entries.len() >= least {
            return Ok(entries);
        }
        last = page;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("{path} after two minutes: {last}")
}

#[tokio::test]
async fn one_correlation_id_leads_from_the_request_to_every_phone_and_row() -> Result<()> {
    let firm = Firm::open().await?;
    let mut sources = Vec::new();
    for rate in ["90", "91.5", "92.25"] {
        sources.push(json!({ "lotId": firm.lot("1000", rate).await?, "quantityKg": "1000" }));
    }
    let correlation = key();
    let sale = firm.sale("3000", "95.5", json!(sources));
    let request = firm.api.request(Method::POST, "/v1/deals").header("Idempotency-Key", key());
    let answer = firm.api.send(request.header("X-Correlation-Id", &correlation).json(&sale)).await?;
    assert_eq!(answer.header("x-correlation-id"), Some(correlation.as_str()));
    let deal = firm.api.decided(text(&answer.expect(202)?, "id")).await?;
    assert_eq!(text(&deal, "status"), "confirmed", "{deal}");

    let links = &deal["links"];
    let told = linked(&firm, text(links, "notifications"), 4).await?;
    let rows = linked(&firm, text(links, "sheetRows"), 3).await?;
    for entry in told.iter().chain(&rows) {
        assert_eq!(text(entry, "correlationId"), correlation, "{entry}");
    }
    let history = firm.api.get(text(links, "history")).await?.expect(200)?;
    let steps = history["data"].as_array().context("a history has data")?;
    assert!(steps.iter().all(|step| step["correlationId"] == correlation), "{history}");
    Ok(())
}
