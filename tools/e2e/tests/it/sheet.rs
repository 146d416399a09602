//! The firm's sheet, at the simulated provider, and what the system says of its rows.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::firm::Firm;

/// The tab in which deals are rows, as people see it.
pub(crate) struct Sheet {
    pub(crate) http: Client,
    pub(crate) base: String,
}

impl Sheet {
    pub(crate) fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { http, base: format!("{}/_sim/sheets/sim-sheet/tabs/Main", firm.endpoints.simulators) })
    }

    /// The lines of this customer, each with its number, from A to N.
    pub(crate) async fn lines(&self, customer: &str) -> Result<Vec<(usize, Vec<Value>)>> {
        let all: Vec<Vec<Value>> = self.http.get(&self.base).send().await?.json().await?;
        let numbered = all.into_iter().enumerate().map(|(index, line)| (index + 1, line));
        Ok(numbered.filter(|(_, line)| line.get(2).is_some_and(|cell| cell == customer)).collect())
    }

    /// Types into a cell, as `E2`.
    pub(crate) async fn type_into(&self, cell: &str, value: &Value) -> Result<()> {
        let typed = self.http.put(format!("{}/cells/{cell}", self.base)).json(&json!({ "value": value }));
        typed.send().await?.error_for_status()?;
        Ok(())
    }
}

/// The rows of a deal, once there are so many and all are in this state.
pub(crate) async fn rows(firm: &Firm, deal: &str, count: usize, state: &str) -> Result<Vec<Value>> {
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

/// Changes a deal as it stands now.
pub(crate) async fn amend(firm: &Firm, deal: &str, change: &Value) -> Result<()> {
    let path = format!("/v1/deals/{deal}");
    let read = firm.api.get(&path).await?;
    let tag = read.header("etag").context("a deal has a tag")?.to_owned();
    let patch = firm.api.request(Method::PATCH, &path).header("If-Match", tag).json(change);
    firm.api.send(patch).await?.expect(200)?;
    Ok(())
}

/// What was asked of the system, once it is so.
pub(crate) async fn until(firm: &Firm, path: &str, holds: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..240 {
        last = firm.api.get(path).await?.expect(200)?;
        if holds(&last) {
            return Ok(last);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not so after two minutes: {last}")
}
