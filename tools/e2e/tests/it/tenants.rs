//! Tables may hold the rows of more than one firm; a deployment answers for its own.

use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::{Answer, Endpoints};
use reqwest::Client;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::operations::{Operation, operations};

const CONTEXTS: [&str; 4] = ["customer", "deal", "inventory", "notification"];

/// DynamoDB, as the emulator has it.
struct Tables {
    http: Client,
    emulator: String,
}

impl Tables {
    fn of(endpoints: &Endpoints) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { http, emulator: endpoints.emulator.clone() })
    }

    async fn call(&self, operation: &str, request: &Value) -> Result<Value> {
        let post =
            self.http.post(&self.emulator).header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
        let signed = "AWS4-HMAC-SHA256 Credential=test/20250101/ap-south-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
        let post = post.header("content-type", "application/x-amz-json-1.0").header("authorization", signed);
        Ok(post.body(request.to_string()).send().await?.error_for_status()?.json().await?)
    }

    async fn rows(&self, table: &str) -> Result<Vec<Value>> {
        let (mut rows, mut request) = (Vec::new(), json!({ "TableName": table }));
        loop {
            let mut page = self.call("Scan", &request).await?;
            rows.extend(page["Items"].as_array().cloned().context("items")?);
            match page["LastEvaluatedKey"].take() {
                Value::Null => return Ok(rows),
                last => request["ExclusiveStartKey"] = last,
            }
        }
    }
}

/// The same id of something else.
fn other(id: &str) -> String {
    let (kind, digits) = id.split_once('_').unwrap_or_default();
    let mirrored = |digit: char| char::from_digit(15 - digit.to_digit(16).unwrap_or_default(), 16);
    let digits = digits.chars().map(|digit| if digit == '_' { Some('_') } else { mirrored(digit) });
    format!("{kind}_{}", digits.map(Option::unwrap_or_default).collect::<String>())
}

/// Copies every row about these ids to another firm, under ids of its own; gives what deletes the copies.
async fn copy_to_another_firm(tables: &Tables, ids: &[&str]) -> Result<Vec<Value>> {
    let mut copied = Vec::new();
    for context in CONTEXTS {
        let table = format!("polymer-local-{context}-views");
        for row in tables.rows(&table).await? {
            let text = row.to_string();
            if !text.contains("T#main#") || !ids.iter().any(|id| text.contains(id)) {
                continue;
            }
            let text = ids.iter().fold(text, |text, id| text.replace(id, &other(id)));
            let item: Value = serde_json::from_str(&text.replace("T#main#", "T#other#"))?;
            tables.call("PutItem", &json!({ "TableName": table, "Item": item })).await?;
            let place = json!({ "pk": item["pk"], "sk": item["sk"] });
            copied.push(json!({ "TableName": table, "Key": place }));
        }
    }
    Ok(copied)
}

async fn call(firm: &Firm, operation: &Operation, id: &str) -> Result<Answer> {
    let request = firm.api.request(operation.method.clone(), &operation.path.replace("{id}", id));
    let request = request.header("idempotency-key", key()).header("if-match", "\"1\"");
    firm.api.send(if operation.takes_body { request.json(&json!({})) } else { request }).await
}

/// What an answer tells, but for what it repeats of the request.
fn told(mut answer: Answer) -> (u16, Value) {
    if let Some(members) = answer.body.as_object_mut() {
        members.retain(|name, _| !["instance", "correlationId", "dealId"].contains(&name.as_str()));
    }
    (answer.status.as_u16(), answer.body)
}

#[tokio::test]
async fn what_is_another_firms_is_answered_like_what_nobody_has() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("1000", "90").await?;
    let sale = firm.sale("10", "95", json!([{ "lotId": lot, "quantityKg": "10" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    let (deal_id, customer) = (text(&deal, "id"), text(&deal, "customerId"));
    let sent = firm.api.get(&format!("/v1/notifications?dealId={deal_id}")).await?.expect(200)?;
    let notification =
        sent["data"][0]["id"].as_str().unwrap_or("notification_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f");
    let tables = Tables::of(&firm.endpoints)?;
    let ids = [deal_id, &lot, &firm.product, customer, notification];
    let copied = copy_to_another_firm(&tables, &ids).await?;
    assert!(copied.len() >= 6, "{copied:?}");

    let (mut seen, mut hidden) = (0, 0);
    for operation in operations()?.iter().filter(|operation| operation.path.contains("{id}")) {
        let ours = match operation.path.split('/').nth(2) {
            Some("deals" | "audiences") => deal_id,
            Some("lots") => &lot,
            Some("products") => &firm.product,
            Some("parties") => customer,
            Some("notifications") => notification,
            _ => continue,
        };
        let theirs = other(ours);
        let nobodys = theirs.replace(['0', '1', '2', '3'], "7");
        let (theirs, nobodys) =
            (call(&firm, operation, &theirs).await?, call(&firm, operation, &nobodys).await?);
        hidden += usize::from(theirs.status.as_u16() == 404);
        assert_eq!(told(theirs), told(nobodys), "{}", operation.name());
        if operation.reads() {
            seen += usize::from(call(&firm, operation, ours).await?.status.as_u16() == 200);
        }
    }
    // The routes are the right ones: each shows what is the firm's own.
    assert!(seen >= 9 && hidden >= 12, "{seen} seen, {hidden} hidden");
    for list in ["/v1/deals", "/v1/lots", "/v1/products", "/v1/parties", "/v1/notifications"] {
        let page = firm.api.get(&format!("{list}?limit=200")).await?.expect(200)?.to_string();
        assert!(!ids.iter().any(|id| page.contains(&other(id))), "{list} shows another firm's");
    }
    // What checks the tables would report rows that no log has a reason for.
    for row in &copied {
        tables.call("DeleteItem", row).await?;
    }
    Ok(())
}
