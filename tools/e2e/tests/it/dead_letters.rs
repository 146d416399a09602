//! Operators put a dead letter back whose message was delivered long ago.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use e2e::Tool;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::firm::{Firm, key, text};
use crate::notifying::settled;
use crate::phones::Phones;
use crate::queues::Queues;

const DEAD: &str = "notification-whatsapp-dlq";

/// A phone that nobody else tells anything.
struct Phone<'a> {
    firm: &'a Firm,
    phones: Phones,
    number: String,
}

impl Phone<'_> {
    /// Joins an audience, and leaves it at once: other tests book hundreds of deals. Gives how the firm answered the joining, the
    /// `times`th since the beginning, once that was delivered.
    async fn joins_and_leaves(&self, times: usize) -> Result<Value> {
        let wanted = json!({
            "channel": "whatsapp", "phone": format!("+{}", self.number), "audience": "logistics", "name": "Dead",
        });
        let request =
            self.firm.api.request(Method::POST, "/v1/subscriptions").header("idempotency-key", key());
        let subscribed = self.firm.api.send(request.json(&wanted)).await?.expect(201)?;
        let path = format!("/v1/subscriptions/{}", text(&subscribed["subscription"], "id"));
        self.phones.write(&self.number, text(&subscribed, "say")).await?;
        settled(self.firm, &path, "confirmed").await?;
        self.phones.write(&self.number, "STOP").await?;
        settled(self.firm, &path, "ended").await?;
        let path = format!("/v1/notifications?recipient=%2B{}&state=delivered&limit=200", self.number);
        for _ in 0..240 {
            let page = self.firm.api.get(&path).await?.expect(200)?;
            let mut welcomes = page["data"].as_array().context("a page has data")?.clone();
            welcomes.retain(|one| one["template"] == "subscription-confirmed");
            // Newest first.
            if let (true, Some(welcome)) = (welcomes.len() == times, welcomes.first()) {
                return Ok(welcome.clone());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("{} was not welcomed {times} times in two minutes", self.number)
    }
}

/// The group of a phone's orders, as the function names it.
fn group(number: &str) -> String {
    hex::encode(Sha256::digest(format!("+{number}"))).chars().take(32).collect()
}

fn depth(tool: &Tool) -> Result<u64> {
    let queues: Vec<Value> = serde_json::from_str(&tool.run(&["dlq", "list", "--json"])?)?;
    let dead = queues.iter().find(|queue| text(queue, "queue").contains(DEAD)).context("no such queue")?;
    dead["depth"].as_u64().context("a depth")
}

#[tokio::test]
async fn a_letter_whose_message_was_delivered_is_put_back_without_effect() -> Result<()> {
    let firm = Firm::open().await?;
    let (tool, queues) = (Tool::build()?, Queues::of(&firm)?);
    let since_ms = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    let number = format!("916{:09}", since_ms % 1_000_000_000);
    let phone = Phone { firm: &firm, phones: Phones::of(&firm)?, number };
    let message = phone.joins_and_leaves(1).await?;

    let order = json!({ "send": message["id"], "tenant": "main", "correlation": key() });
    let dead = json!({
        "MessageBody": order.to_string(),
        "MessageGroupId": group(&phone.number),
        "MessageDeduplicationId": key(),
    });
    let sent = queues.call("SendMessage", DEAD, dead).await?;
    let id = text(&sent, "MessageId");
    assert_eq!(depth(&tool)?, 1);
    let shown = tool.run(&["dlq", "show", "--queue", DEAD, id])?;
    assert!(shown.contains(text(&message, "id")), "{shown}");

    let dry = tool.run(&["dlq", "redrive", "--queue", DEAD, "--id", id])?;
    assert!(dry.contains("1 of") && dry.contains("--yes does it"), "{dry}");
    assert_eq!(depth(&tool)?, 1);
    let done = tool.run(&["dlq", "redrive", "--queue", DEAD, "--id", id, "--rate", "5", "--yes"])?;
    assert!(done.contains("put back into"), "{done}");
    assert_eq!(depth(&tool)?, 0);

    // One phone's orders are carried out one after the other: when it is welcomed again, the letter was looked at.
    phone.joins_and_leaves(2).await?;
    let path = format!("/v1/notifications/{}", text(&message, "id"));
    let after = firm.api.get(&path).await?.expect(200)?;
    assert_eq!((&after["version"], &after["attempts"]), (&message["version"], &message["attempts"]));
    assert_eq!(depth(&tool)?, 0, "it did not die again");
    Ok(())
}
