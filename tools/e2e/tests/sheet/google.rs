//! The simulated provider's side: how often it was called, its quota, and its fault switches.

use std::time::Duration;

use anyhow::{Result, bail};
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::firm::Firm;

/// Google's limits, per minute.
const QUOTA: u32 = 60;
/// How long anything that has to happen may take: a message of a function that was killed, and a wait that doubled a few times.
pub(crate) const DEADLINE: Duration = Duration::from_secs(100);

/// How often it was called: what it answered, and what was beyond the quota.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Counted {
    pub(crate) writes: u64,
    pub(crate) refused: u64,
}

pub(crate) struct Google {
    http: Client,
    base: String,
}

impl Google {
    /// With no fault and the usual quota.
    pub(crate) async fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        let google = Self { http, base: format!("{}/_sim/sheets", firm.endpoints.simulators) };
        google.spoil(&json!([])).await?;
        google.takes_writes(QUOTA).await?;
        Ok(google)
    }

    /// So many writes a minute.
    pub(crate) async fn takes_writes(&self, writes: u32) -> Result<()> {
        // Reads are not what this is about; tests read too.
        let settings = json!({ "readsPerMinute": 10 * QUOTA, "writesPerMinute": writes });
        let put = self.http.put(format!("{}/settings", self.base)).json(&settings);
        put.send().await?.error_for_status()?;
        Ok(())
    }

    /// Replaces the switches.
    pub(crate) async fn spoil(&self, faults: &Value) -> Result<()> {
        let put = self.http.put(format!("{}/faults", self.base)).json(faults);
        put.send().await?.error_for_status()?;
        Ok(())
    }

    pub(crate) async fn counted(&self) -> Result<Counted> {
        let counted = self.http.get(format!("{}/calls", self.base)).send().await?;
        Ok(counted.error_for_status()?.json().await?)
    }

    /// Waits until it was called as wanted; notices it within a few milliseconds.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(Counted) -> bool) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < DEADLINE {
            if holds(self.counted().await?) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("{what} did not happen: {:?}", self.counted().await?)
    }

    /// Waits until every switch has spoiled a call.
    pub(crate) async fn until_spoiled(&self) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < DEADLINE {
            let faults: Vec<Value> =
                self.http.get(format!("{}/faults", self.base)).send().await?.json().await?;
            if faults.iter().all(|fault| fault["spoiled"] != 0) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("a call that was to be spoiled did not come")
    }
}
