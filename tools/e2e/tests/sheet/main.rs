//! The sheet while calls break off, and while people rearrange it. A binary of its own: it pauses the one connection, spoils its
//! calls, kills the function behind it, and moves rows from under whoever counts lines.

#![expect(clippy::panic, reason = "a test that meets something else has failed")]

#[path = "../it/firm.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod firm;
mod google;
mod people;
#[path = "../crashes/processes.rs"]
mod processes;
#[path = "../it/queues.rs"]
mod queues;
#[path = "../it/sheet.rs"]
mod sheet;
mod whole;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::firm::{Firm, key};
use crate::queues::Queues;

/// There is one connection: whoever holds this has it to themselves.
static CONNECTION: Mutex<()> = Mutex::const_new(());

/// Says `pause` or `resume` to the connection.
async fn say(firm: &Firm, what: &str) -> Result<()> {
    let path = format!("/v1/sync/connections/main/{what}");
    firm.api.post(&path, &key(), &json!({})).await?.expect(200)?;
    Ok(())
}

/// Every row in this state.
async fn rows_that_are(firm: &Firm, state: &str) -> Result<Vec<Value>> {
    let first = format!("/v1/sync/rows?state={state}&limit=200");
    let (mut path, mut rows) = (first.clone(), Vec::new());
    loop {
        let page = firm.api.get(&path).await?.expect(200)?;
        rows.extend(page["data"].as_array().context("a page has data")?.clone());
        let Some(cursor) = page["nextCursor"].as_str() else { return Ok(rows) };
        path = format!("{first}&cursor={cursor}");
    }
}

/// Asks for a look at what people did, as the schedule does every five minutes.
async fn look(queues: &Queues) -> Result<()> {
    let asked = json!({
        "MessageGroupId": "main", "MessageDeduplicationId": key(), "MessageBody": json!({ "work": "pull" }).to_string(),
    });
    queues.call("SendMessage", "sync-sheet", asked).await?;
    Ok(())
}
