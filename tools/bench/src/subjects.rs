//! The lines of the table. Requests are those of `events/invoke`, so that what is measured is what the README shows.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::subject::{Subject, http_event};
use crate::token_key;

/// Contexts whose tables must exist before anything is measured.
pub(crate) const CONTEXTS: [&str; 4] = ["hello", "auth", "deal", "inventory"];

/// The packages of the functions; all of them, as they are deployed.
pub(crate) const FUNCTIONS: [&str; 7] =
    ["auth", "customer", "deal", "gateway", "inventory", "notification", "sync"];

/// The package of the binaries that the functions are compared with.
pub(crate) const REFERENCES: &str = "bench-hello";

/// All lines, the ones everything is compared with first.
pub(crate) fn all(token: &str) -> Result<Vec<Subject>> {
    Ok(vec![
        hello(),
        hello_sdk(),
        gateway(),
        auth(token)?,
        register_deal()?,
        list_deals()?,
        create_product()?,
        list_lots()?,
    ])
}

fn hello() -> Subject {
    Subject {
        name: "hello",
        binary: "hello",
        clients: 0,
        asks: "nothing",
        settings: Vec::new(),
        prepare: Vec::new(),
        event: Box::new(|_| http_event("GET", "/", &json!({ "accept": "*/*" }))),
        answer: status(200),
    }
}

fn hello_sdk() -> Subject {
    Subject {
        name: "hello-sdk",
        binary: "hello-sdk",
        clients: 1,
        asks: "one read",
        settings: vec![("OPS_TABLE", "bench-hello-ops".to_owned())],
        ..hello()
    }
}

/// An answer over HTTP.
fn status(code: u16) -> (&'static str, Value) {
    ("/statusCode", code.into())
}

fn gateway() -> Subject {
    Subject {
        name: "gateway",
        binary: "gateway",
        clients: 2,
        asks: "`GET /healthz`",
        settings: vec![
            ("CONTEXT_FUNCTIONS", "auth=a,customer=c,deal=d,inventory=i".to_owned()),
            ("EVENT_BUS", "bench-facts".to_owned()),
            ("QUEUES", "deal-inbox=https://localhost/deal-inbox".to_owned()),
        ],
        prepare: Vec::new(),
        event: Box::new(|_| http_event("GET", "/healthz", &json!({ "accept": "application/json" }))),
        answer: status(200),
    }
}

/// The authorizer of API Gateway, asked about a request with `token`.
pub(crate) fn auth(token: &str) -> Result<Subject> {
    let mut event = recorded("auth/authorize")?;
    let header: Value = format!("Bearer {token}").into();
    event["identitySource"] = json!([header]);
    event["headers"]["authorization"] = header;
    let mut settings = stored("auth");
    settings.push(("OIDC_SECRET", "bench/auth/oidc".to_owned()));
    settings.push(("TOKEN_ISSUER", token_key::ISSUER.to_owned()));
    settings.push(("TOKEN_KEY_ID", "bench".to_owned()));
    settings.push(("TOKEN_TTL_S", token_key::LIFETIME_S.to_string()));
    Ok(Subject {
        name: "auth",
        binary: "auth",
        clients: 4,
        asks: "who is this?",
        settings,
        event: Box::new(move |_| event.clone()),
        answer: ("/context/userId", token_key::USER.into()),
        ..hello()
    })
}

fn register_deal() -> Result<Subject> {
    let event = recorded("deal/register")?;
    Ok(Subject {
        asks: "`POST /v1/deals`",
        prepare: vec![recorded("deal/on-product-created")?, recorded("deal/on-party-created")?],
        event: Box::new(move |n| with_key(&event, n)),
        answer: status(202),
        ..deal()
    })
}

fn list_deals() -> Result<Subject> {
    let event = recorded("deal/list")?;
    Ok(Subject { asks: "`GET /v1/deals`", event: Box::new(move |_| event.clone()), ..deal() })
}

fn create_product() -> Result<Subject> {
    let event = recorded("inventory/create-product")?;
    let body: Value = serde_json::from_str(event["body"].as_str().context("no body")?)?;
    Ok(Subject {
        asks: "`POST /v1/products`",
        event: Box::new(move |n| {
            let mut body = body.clone();
            body["productCode"] = format!("BENCH-{n}").into();
            let mut event = with_key(&event, n);
            event["body"] = body.to_string().into();
            event
        }),
        answer: status(201),
        ..inventory()
    })
}

fn list_lots() -> Result<Subject> {
    let event = recorded("inventory/list-lots")?;
    Ok(Subject { asks: "`GET /v1/lots`", event: Box::new(move |_| event.clone()), ..inventory() })
}

/// The deal function.
pub(crate) fn deal() -> Subject {
    let mut settings = stored("deal");
    settings.push(("INVENTORY_FUNCTION", "inventory".to_owned()));
    settings.push(("CUSTOMER_FUNCTION", "customer".to_owned()));
    Subject { name: "deal", binary: "deal", clients: 3, settings, ..hello() }
}

/// The inventory function.
pub(crate) fn inventory() -> Subject {
    let mut settings = stored("inventory");
    settings.push(("CUSTOMER_FUNCTION", "customer".to_owned()));
    Subject { name: "inventory", binary: "inventory", clients: 3, settings, ..hello() }
}

/// The settings of a context that stores something.
fn stored(context: &str) -> Vec<(&'static str, String)> {
    vec![
        ("LOG_TABLE", format!("bench-{context}-log")),
        ("VIEWS_TABLE", format!("bench-{context}-views")),
        ("OPS_TABLE", format!("bench-{context}-ops")),
        ("EVENT_BUS", "bench-facts".to_owned()),
        ("CURSOR_SECRET", "bench-cursor-secret-of-32-bytes-or-more".to_owned()),
    ]
}

/// An event of `events/invoke`.
pub(crate) fn recorded(name: &str) -> Result<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/invoke");
    let file = folder.join(name).with_extension("json");
    let text =
        std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))
}

/// `event` with a key nobody has used: a repeated key would only be answered again.
fn with_key(event: &Value, n: u64) -> Value {
    let mut event = event.clone();
    event["headers"]["idempotency-key"] = format!("bench-{n}").into();
    event
}
