//! People and their phones, at the simulated provider.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::firm::{Firm, text};

/// Held by a test for as long as the people it named must be those who are told: a firm has its audiences once.
pub(crate) static AUDIENCES: Mutex<()> = Mutex::const_new(());

/// Names people whom nobody has told anything yet: accounts, logistics, two owners. Whoever is told much is told one thing every
/// six seconds, and other tests book hundreds of deals.
pub(crate) async fn name_people(firm: &Firm) -> Result<[String; 4]> {
    let since_ms = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    // Ten digits, the last of them the person's.
    let phones = [1, 2, 3, 4].map(|person| format!("919{:08}{person}", since_ms % 100_000_000));
    let version = firm.api.get("/v1/audiences").await?.header("etag").context("no version")?.to_owned();
    let person = |n: usize| json!({ "name": format!("Person {n}"), "phone": format!("+{}", phones[n]) });
    let audiences =
        json!({ "accounts": [person(0)], "logistics": [person(1)], "owners": [person(2), person(3)] });
    let put = firm.api.request(Method::PUT, "/v1/audiences").header("if-match", version).json(&audiences);
    firm.api.send(put).await?.expect(200)?;
    Ok(phones)
}

pub(crate) struct Phones {
    http: Client,
    base: String,
}

impl Phones {
    pub(crate) fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { http, base: firm.endpoints.simulators.clone() })
    }

    /// Writes to the firm from a phone.
    pub(crate) async fn write(&self, phone: &str, text: &str) -> Result<()> {
        let url = format!("{}/_sim/whatsapp/phones/{phone}/messages", self.base);
        self.http.post(url).json(&json!({ "text": text })).send().await?.error_for_status()?;
        Ok(())
    }

    /// Waits for a message on a phone with these words.
    pub(crate) async fn await_text(&self, phone: &str, words: &str) -> Result<String> {
        for _ in 0..240 {
            if let Some(message) = self.arrived(phone, words).await?.first() {
                return Ok(text(message, "text").to_owned());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("nothing with {words:?} arrived on {phone} in two minutes")
    }

    /// What arrived on a phone about the deal of this customer.
    pub(crate) async fn arrived(&self, phone: &str, customer: &str) -> Result<Vec<Value>> {
        let url = format!("{}/_sim/whatsapp/messages?to={phone}", self.base);
        let all: Vec<Value> = self.http.get(url).send().await?.json().await?;
        Ok(all.into_iter().filter(|message| text(message, "text").contains(customer)).collect())
    }
}
