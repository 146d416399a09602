//! Operators put a dead letter back whose message was delivered long ago.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use e2e::Tool;
use reqwest::Client;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

const DEAD: &str = "notification-whatsapp-dlq";
const ALIVE: &str = "notification-whatsapp";

/// SQS, as the emulator has it.
struct Queues {
    http: Client,
    emulator: String,
}

impl Queues {
    fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { http, emulator: firm.endpoints.emulator.clone() })
    }

    async fn call(&self, operation: &str, queue: &str, mut request: Value) -> Result<Value> {
        request["QueueUrl"] = json!(format!("{}/000000000000/polymer-local-{queue}.fifo", self.emulator));
        let post = self.http.post(&self.emulator).header("x-amz-target", format!("AmazonSQS.{operation}"));
        let signed = "AWS4-HMAC-SHA256 Credential=test/20250101/ap-south-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
        let post = post.header("content-type", "application/x-amz-json-1.0").header("authorization", signed);
        Ok(post.body(request.to_string()).send().await?.error_for_status()?.json().await?)
    }

    /// Waits until nothing is in the queue, neither visible nor being handled.
    async fn drained(&self, queue: &str) -> Result<()> {
        let mut last = Value::Null;
        for _ in 0..240 {
            let asked = json!({ "AttributeNames": ["All"] });
            last = self.call("GetQueueAttributes", queue, asked).await?["Attributes"].clone();
            let counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
            if counts.iter().all(|count| last[*count] == "0") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("{queue} is not empty after two minutes: {last}")
    }
}

/// A message about a deal of this moment that reached its phone.
async fn delivered(firm: &Firm) -> Result<Value> {
    let lot = firm.lot("1000", "90").await?;
    let sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    let path = format!("/v1/notifications?dealId={}", text(&deal, "id"));
    for _ in 0..240 {
        let page = firm.api.get(&path).await?.expect(200)?;
        let all = page["data"].as_array().context("a page has data")?;
        if let Some(one) = all.iter().find(|one| one["state"] == "delivered") {
            return Ok(one.clone());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("nobody was told of {} in two minutes", text(&deal, "id"))
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
    let message = delivered(&firm).await?;
    let order = json!({ "send": message["id"], "tenant": "main", "correlation": key() });
    let dead = json!({
        "MessageBody": order.to_string(),
        "MessageGroupId": message["recipient"]["phone"],
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

    queues.drained(ALIVE).await?;
    let path = format!("/v1/notifications/{}", text(&message, "id"));
    let after = firm.api.get(&path).await?.expect(200)?;
    assert_eq!((&after["version"], &after["attempts"]), (&message["version"], &message["attempts"]));
    assert_eq!(depth(&tool)?, 0, "it did not die again");
    Ok(())
}
