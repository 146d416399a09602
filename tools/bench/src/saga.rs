//! One deal from its request to the sale of its material, through the release binaries: what AWS would charge for it.
//!
//! The bench plays what lies between the functions: a commit that appears in a log becomes a stream event, a fact on the
//! bus becomes an inbox message, one record a batch. Under load batches are larger and cost less.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::aws::LocalAws;
use crate::meter::Reading;
use crate::report::{hundredths, tenths};
use crate::runtime_api::RuntimeApi;
use crate::subject::{Place, Subject};
use crate::subjects;

/// Prices of us-east-1 in thousandths of a US dollar per million, as listed in 2026-11: DynamoDB on-demand
/// (<https://aws.amazon.com/dynamodb/pricing/on-demand/>), Lambda requests, EventBridge custom events, SQS standard
/// requests, HTTP API requests. Time in functions is not in it: at 128 MB a second costs two millionths of a dollar.
const WRITE_UNITS: u64 = 625;
const READ_UNITS: u64 = 125;
const INVOCATIONS: u64 = 200;
const FACTS: u64 = 1_000;
const QUEUE_REQUESTS: u64 = 400;
const API_REQUESTS: u64 = 1_000;
/// A message is sent, received and deleted.
const REQUESTS_PER_MESSAGE: u64 = 3;
/// The design's budgets: write units in the request, and US dollars for a million deals.
const REQUEST_BUDGET: u64 = 4;
const BUDGET_USD: u64 = 15;

/// Why a deal costs more than planned.
const COST_CAUSE: &str = "The plan left the lists out. A row is kept in its list and in three indexes, so that any page is one query; every change \
of a deal or lot writes all four, a change of status a fifth, and a lot changes twice for a deal (reserved, sold). Rows longer than 1 KB \
count double: a deal with three sources is one. Facts, messages and invocations shrink with the batches, to about a tenth of a \
queue request and an invocation for each message at ten a batch; rows do not.
";

/// What one deal used.
#[derive(Debug, Default)]
pub(crate) struct Saga {
    /// In the request itself.
    request: Reading,
    /// From the request to rest.
    whole: Reading,
    invocations: u64,
    facts: u64,
    messages: u64,
    /// Write units by kind of table (log, views, ops), in tenths.
    written: BTreeMap<String, u64>,
}

/// A running function and the commits of its log that have been handed to it.
struct Function {
    context: &'static str,
    api: RuntimeApi,
    _process: Child,
    relayed: BTreeSet<String>,
}

impl Function {
    async fn start(subject: &Subject, place: &Place) -> Result<Self> {
        let mut api = RuntimeApi::start().await?;
        let process = subject.spawn(place, &api.address(), &[], None, Stdio::inherit())?;
        api.ready().await?;
        Ok(Self { context: subject.binary, api, _process: process, relayed: BTreeSet::new() })
    }

    async fn invoke(&mut self, event: &Value) -> Result<Value> {
        let (answer, _) = self.api.invoke(event.to_string().into()).await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        let failed = answer["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty());
        let refused = answer["statusCode"].as_u64().is_some_and(|status| status >= 400);
        ensure!(!failed && !refused, "{} refused {event}: {answer}", self.context);
        Ok(answer)
    }

    /// The items of the log that have not been handed out yet.
    async fn fresh_commits(&mut self, aws: &LocalAws) -> Result<Vec<Value>> {
        let table = format!("bench-{}-log", self.context);
        let found = aws.dynamodb("Scan", &json!({ "TableName": table })).await?;
        let items = found["Items"].as_array().cloned().unwrap_or_default();
        let key = |item: &Value| format!("{}{}", item["pk"], item["sk"]);
        Ok(items.into_iter().filter(|item| self.relayed.insert(key(item))).collect())
    }
}

/// Runs the deal of `events/invoke/deal/register.json` to rest on lots that cover it.
pub(crate) async fn run(place: &Place, aws: &LocalAws) -> Result<Saga> {
    for context in ["deal", "inventory"] {
        crate::tables::recreate(aws, context).await?;
    }
    let mut deal = Function::start(&subjects::deal(), place).await?;
    let mut inventory = Function::start(&subjects::inventory(), place).await?;
    inventory.invoke(&subjects::recorded("inventory/on-party-created")?).await?;
    for event in stock()? {
        inventory.invoke(&event).await?;
    }
    for known in ["deal/on-product-created", "deal/on-party-created"] {
        deal.invoke(&subjects::recorded(known)?).await?;
    }
    for function in [&mut deal, &mut inventory] {
        function.fresh_commits(aws).await?;
    }
    drop((aws.meter.take_facts(), aws.meter.take_written()));

    let before = aws.meter.read();
    let answer = deal.invoke(&subjects::recorded("deal/register")?).await?;
    ensure!(answer["statusCode"] == 202, "the deal was not registered: {answer}");
    let mut saga = Saga { request: aws.meter.read().since(before), invocations: 1, ..Saga::default() };
    let mut confirmed = false;
    loop {
        let mut idle = true;
        for function in [&mut deal, &mut inventory] {
            for item in function.fresh_commits(aws).await? {
                function.invoke(&stream_event(function.context, &item)).await?;
                saga.invocations += 1;
                idle = false;
            }
        }
        for entry in aws.meter.take_facts() {
            saga.facts += 1;
            confirmed |= entry["DetailType"] == "deal.confirmed";
            let listener = match entry["DetailType"].as_str() {
                Some("deal.requested" | "deal.confirmed") => &mut inventory,
                Some("inventory.stock-reserved" | "inventory.stock-rejected") => &mut deal,
                _ => continue,
            };
            listener.invoke(&inbox_event(listener.context, &entry)?).await?;
            saga.invocations += 1;
            saga.messages += 1;
        }
        if idle {
            break;
        }
    }
    ensure!(confirmed, "the deal was not confirmed");
    saga.whole = aws.meter.read().since(before);
    for (table, used) in aws.meter.take_written() {
        let kind = table.rsplit('-').next().unwrap_or_default().to_owned();
        *saga.written.entry(kind).or_default() += used;
    }
    Ok(saga)
}

/// A product and the three lots the recorded deal draws on.
fn stock() -> Result<Vec<Value>> {
    let with_body = |mut event: Value, key: String, change: &dyn Fn(&mut Value)| -> Result<Value> {
        let mut body: Value = serde_json::from_str(event["body"].as_str().context("no body")?)?;
        change(&mut body);
        event["body"] = body.to_string().into();
        event["headers"]["idempotency-key"] = key.into();
        Ok(event)
    };
    let product = subjects::recorded("inventory/create-product")?;
    let mut events = vec![with_body(product, "saga-product".to_owned(), &|body| {
        body["productCode"] = "HD50MA180".into()
    })?];
    for (n, (quantity, rate)) in
        [("27000.000", "90.00"), ("2804.700", "123.75"), ("1092.700", "123.75")].into_iter().enumerate()
    {
        let lot = subjects::recorded("inventory/receive-lot")?;
        events.push(with_body(lot, format!("saga-lot-{n}"), &|body| {
            body["quantityKg"] = quantity.into();
            body["ratePerKg"] = rate.into();
        })?);
    }
    Ok(events)
}

fn stream_event(context: &str, item: &Value) -> Value {
    json!({ "Records": [{
        "eventID": item["cid"]["S"],
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-south-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_327_200,
            "Keys": { "pk": item["pk"], "sk": item["sk"] },
            "SequenceNumber": "1",
            "SizeBytes": item.to_string().len(),
            "StreamViewType": "NEW_IMAGE",
            "NewImage": item,
        },
        "eventSourceARN":
            format!("arn:aws:dynamodb:ap-south-1:000000000000:table/bench-{context}-log/stream/2026"),
    }] })
}

fn inbox_event(context: &str, entry: &Value) -> Result<Value> {
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().context("an entry without detail")?)?;
    let body = json!({
        "version": "0", "id": detail["id"], "detail-type": entry["DetailType"], "source": entry["Source"],
        "account": "000000000000", "time": detail["time"], "region": "ap-south-1", "resources": [],
        "detail": detail,
    });
    Ok(json!({ "Records": [{
        "messageId": detail["id"],
        "receiptHandle": "bench",
        "body": body.to_string(),
        "attributes": { "ApproximateReceiveCount": "1", "SentTimestamp": "1795327200000" },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:ap-south-1:000000000000:bench-{context}-inbox"),
        "awsRegion": "ap-south-1",
    }] }))
}

impl Saga {
    /// What a million such deals cost, line by line, and whether the budgets are held.
    pub(crate) fn section(&self) -> Result<String> {
        let written = |kind: &str| self.written.get(kind).copied().unwrap_or_default();
        let lines = [
            ("write units: the log, with its index by time", written("log"), WRITE_UNITS),
            ("write units: list rows, each in three indexes too", written("views"), WRITE_UNITS),
            ("write units: markers of published commits", written("ops"), WRITE_UNITS),
            ("read request units", self.whole.read_tenths, READ_UNITS),
            ("invocations", self.invocations * 10, INVOCATIONS),
            ("facts on the bus", self.facts * 10, FACTS),
            ("queue requests", self.messages * REQUESTS_PER_MESSAGE * 10, QUEUE_REQUESTS),
            ("API requests", 10, API_REQUESTS),
        ];
        let mut page = String::from(
            "## What a deal costs\n\n\
             The deal of `events/invoke/deal/register.json` (three lots) from its request until its material is sold, alone: \
             every batch holds one record. Prices are those of us-east-1.\n\n\
             | what | a deal | USD per million | USD for a million deals |\n|---|--:|--:|--:|\n",
        );
        let mut total_hundredths = 0;
        for (what, used_tenths, price) in lines {
            // Tenths of units × thousandths of a dollar.
            let cost_hundredths = used_tenths * price / 100;
            total_hundredths += cost_hundredths;
            writeln!(
                page,
                "| {what} | {} | {}.{:03} | {} |",
                tenths(used_tenths),
                price / 1_000,
                price % 1_000,
                hundredths(cost_hundredths)
            )?;
        }
        let verdict = |held: bool| if held { "held" } else { "**missed**" };
        writeln!(page, "| **all** | | | **{}** |\n", hundredths(total_hundredths))?;
        writeln!(page, "| budget | measured | |\n|---|--:|---|")?;
        let request = self.request;
        writeln!(
            page,
            "| the request: 2 round trips | {} | {} |",
            request.calls,
            verdict(request.calls <= 2)
        )?;
        writeln!(
            page,
            "| the request: ≤ {REQUEST_BUDGET} write units | {} | {} |",
            tenths(request.write_tenths),
            verdict(request.write_tenths <= REQUEST_BUDGET * 10)
        )?;
        writeln!(
            page,
            "| the whole deal: ≤ {BUDGET_USD} USD per million | {} | {} |",
            hundredths(total_hundredths),
            verdict(total_hundredths <= BUDGET_USD * 100)
        )?;
        if total_hundredths > BUDGET_USD * 100 {
            write!(page, "\n{COST_CAUSE}")?;
        }
        Ok(page)
    }
}
