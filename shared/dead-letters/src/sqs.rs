//! Queues of dead letters on SQS, and records on EventBridge.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName};
use cloud::AwsConfig;
use event_store::BoxError;

use crate::letters::{DeadQueue, Letter, Letters, origin};
use crate::record::{Action, Records};

/// How long a received message is hidden, in seconds: long enough for ten slow calls.
const HIDDEN_S: i32 = 60;
/// Long polling asks every server of SQS, so that an empty answer means an empty queue.
const WAIT_S: i32 = 1;

/// Which queues.
#[derive(Debug, Clone)]
enum Which {
    /// Those whose names begin like this.
    Prefixed(String),
    /// These: URL by name, dead letters and origins.
    Known(BTreeMap<String, String>),
}

/// Queues on SQS.
#[derive(Debug, Clone)]
pub struct SqsLetters {
    client: Client,
    which: Which,
}

/// A queue's name, from its URL.
fn name_of(url: &str) -> Option<String> {
    Some(url.rsplit_once('/')?.1.to_owned())
}

impl SqsLetters {
    /// All queues whose names begin with `<prefix>-`. For operators, who may list queues.
    #[must_use]
    pub fn prefixed(aws: &AwsConfig, prefix: &str) -> Self {
        Self { client: Client::new(aws.sdk_config()), which: Which::Prefixed(format!("{prefix}-")) }
    }

    /// The queues at these URLs: dead letters, and where they may go again. For functions, which know their own queues only.
    #[must_use]
    pub fn known(client: Client, urls: impl IntoIterator<Item = String>) -> Self {
        let named = urls.into_iter().filter_map(|url| Some((name_of(&url)?, url)));
        Self { client, which: Which::Known(named.collect()) }
    }

    async fn names(&self) -> Result<Vec<String>, BoxError> {
        let prefix = match &self.which {
            Which::Known(urls) => return Ok(urls.keys().cloned().collect()),
            Which::Prefixed(prefix) => prefix,
        };
        let mut names = Vec::new();
        let request = self.client.list_queues().queue_name_prefix(prefix).max_results(1_000);
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            names.extend(page?.queue_urls().iter().filter_map(|url| name_of(url)));
        }
        names.sort();
        Ok(names)
    }

    async fn url(&self, queue: &str) -> Result<String, BoxError> {
        if let Which::Known(urls) = &self.which {
            return Ok(urls.get(queue).ok_or("no such queue here")?.clone());
        }
        let answer = self.client.get_queue_url().queue_name(queue).send().await?;
        Ok(answer.queue_url().ok_or("the queue has no URL")?.to_owned())
    }
}

fn letter(message: &Message) -> Option<Letter> {
    let system = message.attributes();
    let of_system = |name| system.and_then(|all| all.get(&name)).map(String::as_str);
    let attributes = message.message_attributes().map(|all| {
        let texts =
            all.iter().filter_map(|(name, value)| Some((name.clone(), value.string_value()?.to_owned())));
        texts.collect::<BTreeMap<_, _>>()
    });
    Some(Letter {
        id: message.message_id()?.to_owned(),
        receipt: message.receipt_handle()?.to_owned(),
        body: message.body().unwrap_or_default().to_owned(),
        sent_ms: of_system(MessageSystemAttributeName::SentTimestamp)?.parse().ok()?,
        receipts: of_system(MessageSystemAttributeName::ApproximateReceiveCount)?.parse().ok()?,
        group: of_system(MessageSystemAttributeName::MessageGroupId).map(str::to_owned),
        attributes: attributes.unwrap_or_default(),
    })
}

#[async_trait]
impl Letters for SqsLetters {
    async fn queues(&self) -> Result<Vec<DeadQueue>, BoxError> {
        let names = self.names().await?;
        let dead = names.iter().filter(|name| name.trim_end_matches(".fifo").ends_with("-dlq"));
        Ok(dead
            .map(|name| DeadQueue {
                name: name.clone(),
                origin: origin(name).filter(|origin| names.contains(origin)),
            })
            .collect())
    }

    async fn depth(&self, queue: &str) -> Result<u64, BoxError> {
        let wanted = QueueAttributeName::ApproximateNumberOfMessages;
        let request = self.client.get_queue_attributes().queue_url(self.url(queue).await?);
        let answer = request.attribute_names(wanted.clone()).send().await?;
        let depth = answer.attributes().and_then(|all| all.get(&wanted)).ok_or("the queue tells no depth")?;
        Ok(depth.parse()?)
    }

    async fn receive(&self, queue: &str) -> Result<Vec<Letter>, BoxError> {
        let request = self.client.receive_message().queue_url(self.url(queue).await?);
        let answer = request
            .max_number_of_messages(10)
            .visibility_timeout(HIDDEN_S)
            .wait_time_seconds(WAIT_S)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await?;
        let read =
            answer.messages().iter().map(|message| letter(message).ok_or("a message without its attributes"));
        Ok(read.collect::<Result<_, _>>()?)
    }

    async fn release(&self, queue: &str, letter: &Letter) -> Result<(), BoxError> {
        let request = self.client.change_message_visibility().queue_url(self.url(queue).await?);
        request.receipt_handle(&letter.receipt).visibility_timeout(0).send().await?;
        Ok(())
    }

    async fn send(&self, origin: &str, letter: &Letter) -> Result<(), BoxError> {
        let mut request =
            self.client.send_message().queue_url(self.url(origin).await?).message_body(&letter.body);
        if origin.ends_with(".fifo") {
            // The id of this letter, not the one it was sent with at first: should it die again within five minutes and be
            // put back again, the queue must not take that for the same message.
            request = request.set_message_group_id(letter.group.clone()).message_deduplication_id(&letter.id);
        }
        for (name, value) in &letter.attributes {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value).build()?;
            request = request.message_attributes(name, value);
        }
        request.send().await?;
        Ok(())
    }

    async fn delete(&self, queue: &str, letter: &Letter) -> Result<(), BoxError> {
        let request = self.client.delete_message().queue_url(self.url(queue).await?);
        request.receipt_handle(&letter.receipt).send().await?;
        Ok(())
    }
}

/// An event bus, whose archive keeps what is put on it.
#[derive(Debug, Clone)]
pub struct BusRecords {
    client: aws_sdk_eventbridge::Client,
    bus: String,
    context: &'static str,
}

impl BusRecords {
    /// Puts records on the bus of this name, as `<context>.dead-letter-…` from the source `polymer.<context>`.
    #[must_use]
    pub fn new(aws: &AwsConfig, bus: String, context: &'static str) -> Self {
        Self { client: aws_sdk_eventbridge::Client::new(aws.sdk_config()), bus, context }
    }
}

#[async_trait]
impl Records for BusRecords {
    async fn record(&self, action: &Action) -> Result<(), BoxError> {
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source(format!("polymer.{}", self.context))
            .detail_type(format!("{}.{}", self.context, action.kind.event()))
            .detail(serde_json::to_string(action)?)
            .build();
        let answer = self.client.put_events().entries(entry).send().await?;
        match answer.entries().first().map(|entry| (entry.event_id(), entry.error_code())) {
            Some((Some(_), None)) => Ok(()),
            other => Err(format!("the bus did not take the record: {other:?}").into()),
        }
    }
}
