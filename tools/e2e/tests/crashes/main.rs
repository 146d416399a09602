//! Functions killed at random and a restart of the cloud, while deals come in. A binary of its own: it would tear the
//! system from under the other tests.

#![expect(clippy::panic, reason = "a test that meets something else has failed")]

#[path = "../it/firm.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod firm;
mod processes;

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::processes::function_processes;

const DEALS: usize = 200;
const CLIENTS: usize = 8;

fn xtask(arguments: &[&str]) -> Result<()> {
    let cargo =
        std::env::vars().find(|(name, _)| name == "CARGO").map_or_else(|| "cargo".to_owned(), |(_, v)| v);
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let status = Command::new(cargo).arg("xtask").args(arguments).current_dir(workspace).status()?;
    ensure!(status.success(), "cargo xtask {arguments:?} failed");
    Ok(())
}

/// Registers a deal whatever happens on the way, as a client that keeps its key would.
async fn persist(firm: &Firm, sale: &Value) -> Result<Value> {
    let key = key();
    let mut last = None;
    for _ in 0..120 {
        match firm.api.post("/v1/deals", &key, sale).await {
            Ok(answer) if answer.status.is_success() => return firm.api_decided(&answer.body).await,
            Ok(answer) => last = Some(answer.body.to_string()),
            Err(error) => last = Some(format!("{error:#}")),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    anyhow::bail!("never accepted: {last:?}")
}

impl Firm {
    /// The deal once decided, asked for until an answer comes through.
    async fn api_decided(&self, deal: &Value) -> Result<Value> {
        let id = text(deal, "id");
        for _ in 0..300 {
            if let Ok(answer) = self.api.get(&format!("/v1/deals/{id}")).await
                && answer.status == 200
                && text(&answer.body, "status") != "pending"
            {
                return Ok(answer.body);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        anyhow::bail!("{id} is never decided")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_every_accepted_deal_is_decided_once_and_stock_adds_up() -> Result<()> {
    let local_dir =
        std::env::vars().find(|(name, _)| name == "POLYMER_LOCAL_DIR").map(|(_, dir)| dir).context(
            "POLYMER_LOCAL_DIR is not set: this test restarts the local cloud, so it wants one of its own",
        )?;
    let firm = Firm::open().await?;
    // Enough for three quarters of the deals.
    let lots = [firm.lot("100", "90").await?, firm.lot("50", "91").await?];
    let stop = AtomicBool::new(false);
    let killer = async {
        let mut killed = 0_usize;
        let mut round = 0_usize;
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(900)).await;
            round += 1;
            if round == 20 {
                tokio::task::block_in_place(|| xtask(&["down"]).and_then(|()| xtask(&["up", "--no-build"])))?;
                continue;
            }
            let processes = function_processes(&[&local_dir]);
            if let Some(pid) = processes.get((round * 7) % processes.len().max(1)) {
                killed += usize::from(Command::new("kill").args(["-9", pid]).status()?.success());
            }
        }
        anyhow::Ok(killed)
    };
    let clients = async {
        let work = (0..CLIENTS).map(|client| {
            let (firm, lots) = (&firm, &lots);
            async move {
                let mut deals = Vec::new();
                for turn in 0..DEALS / CLIENTS {
                    let lot = &lots[(client + turn) % 3 / 2];
                    let sale = firm.sale("1", "95", json!([{ "lotId": lot, "quantityKg": "1" }]));
                    deals.push(persist(firm, &sale).await?);
                }
                anyhow::Ok(deals)
            }
        });
        let deals = join_all(work).await.into_iter().collect::<Result<Vec<_>>>();
        stop.store(true, Ordering::Relaxed);
        Ok(deals?.concat())
    };
    let (killed, deals): (Result<usize>, Result<Vec<Value>>) = tokio::join!(killer, clients);
    let (killed, deals) = (killed?, deals?);
    assert!(killed > 0, "no function was killed; the test proved nothing");
    assert_eq!(deals.len(), DEALS);
    let mut sold = 0;
    for deal in &deals {
        match text(deal, "status") {
            "confirmed" => sold += 1,
            "rejected" | "cancelled" => {}
            other => anyhow::bail!("{other} is no end: {deal}"),
        }
    }
    let mut gone = Vec::new();
    for lot in &lots {
        let [available, reserved, lot_sold] = firm.settled(lot).await?;
        assert_eq!(reserved, "0.000");
        gone.push((available, lot_sold));
    }
    let kilograms =
        |text: &str| text.split('.').next().and_then(|whole| whole.parse::<i64>().ok()).unwrap_or(-1);
    let total: i64 = gone.iter().map(|(_, lot_sold)| kilograms(lot_sold)).sum();
    assert_eq!(total, sold, "what lots lost is what deals sold: {gone:?}");
    for ((available, lot_sold), received) in gone.iter().zip([100, 50]) {
        assert_eq!(kilograms(available) + kilograms(lot_sold), received);
    }
    Ok(())
}
