//! Telling the kinds of events apart by their shape.
//!
//! The payload is scanned once for its members, without decoding them, and then decoded once into the type of its kind.

use std::collections::BTreeMap;

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::EventError;
use crate::handlers::{InboxRecord, StreamRecord};

/// An event, decoded.
#[derive(Debug)]
pub enum Event {
    /// A request through API Gateway's HTTP API, payload format 2.0.
    Http(Box<ApiGatewayV2httpRequest>),
    /// A batch of SQS messages.
    Inbox(Vec<InboxRecord>),
    /// A batch of changes of a DynamoDB table.
    Stream(Vec<StreamRecord>),
    /// A Lambda authorizer request, payload format 2.0: the bearer token, when there is one.
    Authorizer(Option<String>),
    /// A direct invocation.
    Direct {
        /// What is asked.
        kind: String,
        /// The whole event.
        payload: Value,
    },
}

impl Event {
    /// The kind's name in logs and errors.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Http(_) => HTTP,
            Self::Inbox(_) => INBOX,
            Self::Stream(_) => STREAM,
            Self::Authorizer(_) => AUTHORIZER,
            Self::Direct { .. } => DIRECT,
        }
    }
}

const HTTP: &str = "http";
const INBOX: &str = "inbox";
const STREAM: &str = "stream";
const AUTHORIZER: &str = "authorizer";
const DIRECT: &str = "direct";
const BATCH: &str = "batch";

/// The kind of direct invocation that a bare EventBridge event is.
const SCHEDULE: &str = "schedule";

/// The longest list of members an error names.
const MOST_NAMES: usize = 20;

/// Decodes `payload` as the event it is.
///
/// # Errors
/// When it is of no known shape, or does not hold to the shape it has. The error names members, never values.
pub fn classify(payload: &str) -> Result<Event, EventError> {
    let members: BTreeMap<String, &RawValue> =
        serde_json::from_str(payload).map_err(|error| EventError::NotAnObject((&error).into()))?;
    if let Some(records) = members.get("Records") {
        return batch(records.get());
    }
    if members.contains_key("routeArn") {
        return Ok(Event::Authorizer(bearer_token(decode(AUTHORIZER, payload)?)));
    }
    if members.contains_key("requestContext") {
        return match members.get("version").map(|version| version.get()) {
            Some(r#""2.0""#) => Ok(Event::Http(decode(HTTP, payload)?)),
            _ => Err(EventError::Unknown("an HTTP request that is not of payload format 2.0".to_owned())),
        };
    }
    if members.contains_key("detail-type") {
        return Ok(Event::Direct { kind: SCHEDULE.to_owned(), payload: decode(DIRECT, payload)? });
    }
    if let Some(kind) = members.get("kind") {
        return Ok(Event::Direct { kind: decode(DIRECT, kind.get())?, payload: decode(DIRECT, payload)? });
    }
    Err(EventError::Unknown(seen(&members)))
}

fn decode<T: DeserializeOwned>(kind: &'static str, json: &str) -> Result<T, EventError> {
    serde_json::from_str(json).map_err(|error| EventError::Malformed { kind, position: (&error).into() })
}

fn seen(members: &BTreeMap<String, &RawValue>) -> String {
    if members.is_empty() {
        return "an empty object".to_owned();
    }
    let names: Vec<&str> = members.keys().take(MOST_NAMES).map(String::as_str).collect();
    let more = if members.len() > MOST_NAMES { ", …" } else { "" };
    format!("an object with {}{more}", names.join(", "))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizerRequest {
    #[serde(default)]
    identity_source: Option<Vec<String>>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// The identity source comes first: it is what the platform's cache of answers is keyed by.
fn bearer_token(request: AuthorizerRequest) -> Option<String> {
    let header = request.headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let header = header.map(|(_, value)| value);
    let sent = request.identity_source.into_iter().flatten().chain(header).find(|value| !value.is_empty())?;
    let token = match sent.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => sent.trim(),
    };
    Some(token.to_owned())
}

/// A record of any source that sends batches; which members are there depends on the source.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_source: Option<String>,
    message_id: Option<String>,
    receipt_handle: Option<String>,
    body: Option<String>,
    attributes: Option<SqsAttributes>,
    event_name: Option<String>,
    dynamodb: Option<Change>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SqsAttributes {
    approximate_receive_count: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    sequence_number: Option<String>,
    #[serde(default)]
    keys: Value,
    #[serde(default)]
    new_image: Value,
}

fn batch(records: &str) -> Result<Event, EventError> {
    let records: Vec<Record> = decode(BATCH, records)?;
    // A batch comes from one source.
    match records.first().map(|record| record.event_source.as_deref().unwrap_or("none")) {
        Some("aws:sqs") => records.into_iter().map(inbox_record).collect::<Result<_, _>>().map(Event::Inbox),
        Some("aws:dynamodb") => {
            records.into_iter().map(stream_record).collect::<Result<_, _>>().map(Event::Stream)
        }
        Some(other) => Err(EventError::Unknown(format!("a batch whose event source is {other}"))),
        None => Err(EventError::Unknown("a batch without records".to_owned())),
    }
}

fn inbox_record(record: Record) -> Result<InboxRecord, EventError> {
    let missing = |member| EventError::Member { kind: INBOX, member };
    Ok(InboxRecord {
        message_id: record.message_id.ok_or(missing("messageId"))?,
        receipt_handle: record.receipt_handle.unwrap_or_default(),
        body: record.body.ok_or(missing("body"))?,
        receive_count: record
            .attributes
            .and_then(|attributes| attributes.approximate_receive_count)
            .and_then(|count| count.parse().ok())
            .unwrap_or(1),
    })
}

fn stream_record(record: Record) -> Result<StreamRecord, EventError> {
    let missing = |member| EventError::Member { kind: STREAM, member };
    let change = record.dynamodb.ok_or(missing("dynamodb"))?;
    Ok(StreamRecord {
        sequence_number: change.sequence_number.ok_or(missing("dynamodb.SequenceNumber"))?,
        event_name: record.event_name.ok_or(missing("eventName"))?,
        keys: change.keys,
        new_image: change.new_image,
    })
}
