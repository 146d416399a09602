//! A hundred deals go into the sheet while everything breaks off that can.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::firm::{Firm, key, text};
use crate::google::{DEADLINE, Google};
use crate::processes::function_processes;
use crate::queues::Queues;
use crate::sheet::{Sheet, until};
use crate::{CONNECTION, look, rows_that_are, say};

const DEALS: usize = 100;
/// Deals of two lots: each is two rows.
const OF_TWO: usize = 18;
const ROWS: usize = DEALS + OF_TWO;
const CLIENTS: usize = 6;
/// Calls that write, whatever becomes of them.
const MOST_WRITES: u64 = 10;
/// How long the call that is to be cut short hangs, in milliseconds: less than the function is willing to wait for it.
const HANGS_MS: u64 = 7_000;
/// How long an answer takes that is to find its caller stopped, in milliseconds.
const LATE_MS: u64 = 1_500;
/// How long a message stays away whose function was killed, in seconds: six times what a function may take, and here little more
/// than once, to save the test minutes.
const AWAY_S: [&str; 2] = ["90", "16"];

/// The processes of the sync function, and the queue it works from.
struct Worker {
    local_dir: String,
    queues: Queues,
}

impl Worker {
    fn of(firm: &Firm) -> Result<Self> {
        let local_dir = std::env::vars().find(|(name, _)| name == "POLYMER_LOCAL_DIR").map(|(_, dir)| dir);
        let local_dir = local_dir.context(
            "POLYMER_LOCAL_DIR is not set: this test kills functions of the local cloud, so it wants one of its own",
        )?;
        Ok(Self { local_dir, queues: Queues::of(firm)? })
    }

    /// Sends every instance a signal.
    fn signal(&self, signal: &str) -> Result<()> {
        let instances =
            function_processes(&[&self.local_dir, "AWS_LAMBDA_FUNCTION_NAME=polymer-local-sync\0"]);
        let mut reached = 0;
        for pid in &instances {
            reached += usize::from(Command::new("kill").args([signal, pid]).status()?.success());
        }
        ensure!(reached > 0, "nothing ran that could be sent {signal}");
        Ok(())
    }

    /// Kills every instance, and makes sure that the message one of them worked on was not acknowledged.
    async fn kill(&self) -> Result<()> {
        self.signal("-9")?;
        let wanted = json!({ "AttributeNames": ["ApproximateNumberOfMessagesNotVisible"] });
        let known = self.queues.call("GetQueueAttributes", "sync-sheet", wanted).await?;
        let in_flight = &known["Attributes"]["ApproximateNumberOfMessagesNotVisible"];
        ensure!(in_flight == "1", "whoever was killed worked on no message: {known}");
        Ok(())
    }

    async fn messages_stay_away(&self, seconds: &str) -> Result<()> {
        let attributes = json!({ "Attributes": { "VisibilityTimeout": seconds } });
        self.queues.call("SetQueueAttributes", "sync-sheet", attributes).await?;
        Ok(())
    }
}

/// Books the deals; gives how many rows each is.
async fn book(firm: &Firm, customer: &str) -> Result<BTreeMap<String, usize>> {
    firm.enter_customer(customer).await?;
    let lots = [firm.lot("100", "90").await?, firm.lot("18", "91").await?];
    let sale = |sources: usize| {
        let from: Vec<Value> =
            lots.iter().take(sources).map(|lot| json!({ "lotId": lot, "quantityKg": "1" })).collect();
        let mut sale = firm.sale(&sources.to_string(), "95", json!(from));
        sale["customer"] = json!(customer);
        sale
    };
    let sales: Vec<(usize, Value)> =
        (0..DEALS).map(|number| if number < OF_TWO { 2 } else { 1 }).map(|rows| (rows, sale(rows))).collect();
    let clients = (0..CLIENTS).map(|client| {
        let sales = &sales;
        async move {
            let mut booked = Vec::new();
            for (rows, sale) in sales.iter().skip(client).step_by(CLIENTS) {
                let deal = firm.api.deal(&key(), sale).await?;
                ensure!(text(&deal, "status") == "confirmed", "{deal}");
                booked.push((text(&deal, "id").to_owned(), *rows));
            }
            Ok(booked)
        }
    });
    let booked = join_all(clients).await.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(booked.into_iter().flatten().collect())
}

/// The keys of the rows of these deals, once all of them are in this state.
async fn all_are(firm: &Firm, deals: &BTreeMap<String, usize>, state: &str) -> Result<BTreeSet<String>> {
    let mut found = 0;
    for _ in 0..240 {
        let mut rows = rows_that_are(firm, state).await?;
        rows.retain(|row| deals.contains_key(text(row, "dealId")));
        found = rows.len();
        if found >= deals.values().sum() {
            return Ok(rows.iter().map(|row| text(row, "key").to_owned()).collect());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("{found} rows are {state} after two minutes")
}

/// Empties the tab, so that what other tests booked counts as deleted: a full run is to look at the rows of this one.
async fn empty(firm: &Firm, sheet: &Sheet, queues: &Queues) -> Result<()> {
    let [lines, _] = sheet.everything().await?;
    let spreadsheet = format!("{}/_sim/sheets/sim-sheet", firm.endpoints.simulators);
    let headers = json!({ "tabs": { "Main": [lines[0]] } });
    sheet.http.put(spreadsheet).json(&headers).send().await?.error_for_status()?;
    // The other tabs are gone with it. Once that is known nobody looks for them before the hour is over, and every message that is
    // worked on is about deals.
    firm.api.post("/v1/sync/runs", &key(), &json!({})).await?.expect(202)?;
    until(firm, "/v1/sync/connections", |connections| {
        let tabs = connections["data"][0]["tabs"].as_array();
        tabs.is_some_and(|tabs| tabs.iter().all(|tab| tab["state"] == "missing"))
    })
    .await?;
    for _ in 0..120 {
        match (rows_that_are(firm, "pending").await?.len(), rows_that_are(firm, "written").await?.len()) {
            (0, 0) => return Ok(()),
            (0, _) => look(queues).await?,
            _ => {}
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    bail!("rows of other tests still stand there after four minutes")
}

/// Has every row looked at again. The connection is paused until all of them wait: then they go out in full calls, as many as there
/// are, and not after each step of the run.
async fn full_run(firm: &Firm, deals: &BTreeMap<String, usize>) -> Result<()> {
    say(firm, "pause").await?;
    firm.api.post("/v1/sync/runs", &key(), &json!({})).await?.expect(202)?;
    all_are(firm, deals, "pending").await?;
    say(firm, "resume").await?;
    all_are(firm, deals, "written").await?;
    Ok(())
}

/// Waits until every row stands in the sheet; notices it within a few milliseconds.
async fn until_all_stand(sheet: &Sheet, customer: &str) -> Result<()> {
    let since = Instant::now();
    while since.elapsed() < DEADLINE {
        if sheet.lines(customer).await?.len() >= ROWS {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("{} rows stand in the sheet", sheet.lines(customer).await?.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_deals_are_118_rows_once_whatever_breaks_off() -> Result<()> {
    let _alone = CONNECTION.lock().await;
    let firm = Firm::open().await?;
    let (google, sheet, worker) = (Google::of(&firm).await?, Sheet::of(&firm)?, Worker::of(&firm)?);
    let customer = format!("Hundred {}", key());
    say(&firm, "resume").await?;
    empty(&firm, &sheet, &worker.queues).await?;
    say(&firm, "pause").await?;
    let since = Instant::now();
    let deals = book(&firm, &customer).await?;
    assert_eq!((deals.len(), deals.values().sum()), (DEALS, ROWS));
    let keys = all_are(&firm, &deals, "pending").await?;
    assert_eq!(keys.len(), ROWS);
    let (booked, since) = (since.elapsed(), Instant::now());
    worker.messages_stay_away(AWAY_S[1]).await?;
    let before = google.counted().await?;

    // The connection breaks before anything happened; then others who share the account have used up the writes of the minute.
    google.spoil(&json!([{ "path": ":batchUpdate", "reset": "before", "calls": 1 }])).await?;
    google.takes_writes(0).await?;
    say(&firm, "resume").await?;
    google.until_spoiled().await?;
    google.until("a refusal", |now| now.refused > before.refused).await?;

    // Killed before the call, when all it did was read.
    google.spoil(&json!([{ "path": "/values/%27Main%27", "latencyMs": HANGS_MS, "calls": 1 }])).await?;
    google.until_spoiled().await?;
    worker.kill().await?;
    assert_eq!(sheet.lines(&customer).await?.len(), 0, "nothing was accepted yet");

    // Killed after Google accepted a hundred rows, and before it said so.
    google.spoil(&json!([{ "path": ":batchUpdate", "lateMs": HANGS_MS, "calls": 1 }])).await?;
    google.takes_writes(60).await?;
    google.until("a first write", |now| now.writes > before.writes).await?;
    worker.kill().await?;
    let first = sheet.lines(&customer).await?.len();
    assert!((100..ROWS).contains(&first), "{first} rows in the first call");
    assert_eq!(all_are(&firm, &deals, "pending").await?, keys, "nobody knows that they stand there");

    // Killed after Google accepted the others and said so, and before the message was acknowledged.
    google.spoil(&json!([{ "path": ":batchUpdate", "lateMs": LATE_MS }])).await?;
    until_all_stand(&sheet, &customer).await?;
    worker.signal("-STOP")?;
    // The answer arrives meanwhile, and nobody gets to act on it.
    tokio::time::sleep(Duration::from_millis(LATE_MS)).await;
    worker.kill().await?;
    google.spoil(&json!([])).await?;

    assert_eq!(all_are(&firm, &deals, "written").await?, keys);
    worker.messages_stay_away(AWAY_S[0]).await?;
    let written = google.counted().await?;
    let refused = written.refused - before.refused;
    // One did not get as far as being counted.
    let sent = 1 + refused + written.writes - before.writes;
    assert!(sent <= MOST_WRITES, "{sent} calls that write");
    let lines = sheet.lines(&customer).await?;
    let found: BTreeSet<String> =
        lines.iter().filter_map(|(_, line)| line[0].as_str().map(str::to_owned)).collect();
    assert_eq!(lines.len(), ROWS, "each row once");
    assert!(found == keys, "other rows than those of the deals: {:?}", found.symmetric_difference(&keys));
    for column in [3, 11] {
        let kilograms = lines.iter().filter_map(|(_, line)| line[column].as_u64()).sum::<u64>();
        assert_eq!(kilograms, 118, "sold and bought");
    }
    let filled = since.elapsed();

    let whole = sheet.everything().await?;
    for _ in 0..3 {
        full_run(&firm, &deals).await?;
    }
    assert_eq!(sheet.everything().await?, whole, "no cell changed");
    assert_eq!(google.counted().await?.writes, written.writes, "nothing was written to find that out");
    writeln!(
        std::io::stdout(),
        "{DEALS} deals booked in {booked:.0?}; {ROWS} rows written in {filled:.0?} with {sent} calls, {refused} of them \
         refused; three runs in {:.0?}",
        since.elapsed().saturating_sub(filled)
    )?;
    Ok(())
}
