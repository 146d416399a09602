//! WhatsApp is away while deals are booked. A binary of its own: nobody else would be told anything meanwhile.

#![expect(clippy::panic, reason = "a test that meets something else has failed")]

#[path = "../it/firm.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod firm;
#[path = "../it/phones.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod phones;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::Tool;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::firm::{Firm, key, text};
use crate::phones::{Phones, name_people};

const DEALS: usize = 40;
/// How long the provider is away at least: its breaker waits 15 s, then 30 s, so that two probes fail.
const AWAY: Duration = Duration::from_secs(55);
/// The breaker opens after so many failures, and what up to five instances had under way.
const OPENING: usize = 10;

/// The simulated provider's switches and its journal of calls.
struct Provider {
    http: Client,
    base: String,
}

impl Provider {
    fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { http, base: format!("{}/_sim/whatsapp", firm.endpoints.simulators) })
    }

    async fn goes_away(&self) -> Result<()> {
        // Its own error: nothing was done, so nothing has to be waited for.
        let error = json!({ "error": { "code": 131_016, "message": "(#131016) Service unavailable" } });
        let faults = json!([{ "status": 503, "body": error }]);
        self.http.delete(format!("{}/calls", self.base)).send().await?.error_for_status()?;
        self.http.put(format!("{}/faults", self.base)).json(&faults).send().await?.error_for_status()?;
        Ok(())
    }

    async fn comes_back(&self) -> Result<()> {
        self.http.delete(format!("{}/faults", self.base)).send().await?.error_for_status()?;
        Ok(())
    }

    /// When each call began, in milliseconds, and how many were under way with it; in order.
    async fn calls(&self) -> Result<Vec<(u64, u64)>> {
        let calls: Vec<Value> =
            self.http.get(format!("{}/calls", self.base)).send().await?.error_for_status()?.json().await?;
        let number = |call: &Value, member: &str| call[member].as_u64().context("a number");
        calls.iter().map(|call| Ok((number(call, "beganMs")?, number(call, "atOnce")?))).collect()
    }
}

/// What became of a run of deals: their ids, and how long each `POST` took.
struct Booked {
    deals: Vec<String>,
    took: Vec<Duration>,
}

impl Booked {
    /// Ninety-five of a hundred were as fast as this.
    fn p95(&self) -> Duration {
        let mut took = self.took.clone();
        took.sort_unstable();
        took[took.len() * 95 / 100]
    }
}

/// Books deals of a kilogram, each once the one before is decided.
async fn book(firm: &Firm) -> Result<Booked> {
    let lot = firm.lot("40", "90").await?;
    let sale = firm.sale("1", "95", json!([{ "lotId": lot, "quantityKg": "1" }]));
    let mut booked = Booked { deals: Vec::new(), took: Vec::new() };
    for _ in 0..DEALS {
        let asked = Instant::now();
        let registered = firm.api.post("/v1/deals", &key(), &sale).await?.expect(202)?;
        booked.took.push(asked.elapsed());
        let deal = firm.api.decided(text(&registered, "id")).await?;
        ensure!(text(&deal, "status") == "confirmed", "{deal}");
        booked.deals.push(text(&deal, "id").to_owned());
    }
    Ok(booked)
}

/// What a person was told of these deals, once all of it is delivered; in the order in which it was planned.
async fn told(firm: &Firm, phone: &str, deals: &[String]) -> Result<Vec<Value>> {
    let path = format!("/v1/notifications?recipient=%2B{phone}&state=delivered&limit=200");
    let mut delivered = 0;
    for _ in 0..600 {
        let page = firm.api.get(&path).await?.expect(200)?;
        let mut theirs = page["data"].as_array().context("a page has data")?.clone();
        theirs.retain(|one| deals.iter().any(|deal| one["dealId"] == **deal));
        if theirs.len() == deals.len() {
            theirs.sort_by_key(|one| text(one, "plannedAt").to_owned());
            return Ok(theirs);
        }
        delivered = theirs.len();
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("{delivered} of {} messages were delivered to {phone} in five minutes", deals.len())
}

/// Whether calls go through, as the API says.
async fn breaker(firm: &Firm) -> Result<String> {
    let providers = firm.api.get("/v1/providers").await?.expect(200)?;
    Ok(text(&providers["data"][0], "breaker").to_owned())
}

/// Letters in the queues of dead letters, by queue.
fn dead_letters(tool: &Tool) -> Result<BTreeMap<String, u64>> {
    let queues: Vec<Value> = serde_json::from_str(&tool.run(&["dlq", "list", "--json"])?)?;
    let depth =
        |queue: &Value| Ok((text(queue, "queue").to_owned(), queue["depth"].as_u64().context("a depth")?));
    queues.iter().map(depth).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_whatsapp_delays_messages_and_nothing_else() -> Result<()> {
    let firm = Firm::open().await?;
    let (tool, provider, phones) = (Tool::build()?, Provider::of(&firm)?, Phones::of(&firm)?);
    let dead = dead_letters(&tool)?;
    let people = name_people(&firm).await?;
    let normal = book(&firm).await?;
    for phone in &people {
        told(&firm, phone, &normal.deals).await?;
    }

    // Other phones, so that WhatsApp's limit for each is not in the way.
    let people = name_people(&firm).await?;
    provider.goes_away().await?;
    let since = Instant::now();
    let away = book(&firm).await?;
    tokio::time::sleep(AWAY.saturating_sub(since.elapsed())).await;
    assert_ne!(breaker(&firm).await?, "closed");
    let calls = provider.calls().await?;
    provider.comes_back().await?;
    let quiet = |pair: &[(u64, u64)]| pair[1].0 - pair[0].0 > 10_000;
    let opening = calls.windows(2).position(quiet).map_or(calls.len(), |last| last + 1);
    assert!((5..=OPENING).contains(&opening), "{opening} calls before the breaker opened: {calls:?}");
    let probes = &calls[opening..];
    assert!(probes.iter().all(|(_, at_once)| *at_once == 1), "one probe at a time: {calls:?}");
    assert!((1..=3).contains(&probes.len()), "{calls:?}");

    for phone in &people {
        let told = told(&firm, phone, &away.deals).await?;
        assert!(told.iter().all(|one| one["possiblyDuplicate"] == false), "nobody doubts what a 503 did");
        let arrived = phones.arrived(phone, "").await?;
        let arrived: Vec<&str> = arrived.iter().map(|message| text(message, "id")).collect();
        let planned: Vec<&str> = told.iter().map(|one| text(one, "providerId")).collect();
        assert_eq!(arrived, planned, "each once, in the order in which they were planned");
    }
    assert_eq!(breaker(&firm).await?, "closed");
    assert_eq!(dead_letters(&tool)?, dead, "nothing died");
    // For whoever reads along; a comparison on a busy machine proves nothing.
    let (normal, away) = (normal.p95(), away.p95());
    writeln!(
        std::io::stdout(),
        "p95 of POST /v1/deals: {normal:.0?} in normal times, {away:.0?} in the outage"
    )?;
    Ok(())
}
