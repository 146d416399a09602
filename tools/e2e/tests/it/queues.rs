//! The queues of the local cloud.

use std::time::Duration;

use anyhow::Result;
use reqwest::Client;
use serde_json::{Value, json};

use crate::firm::Firm;

/// SQS, as the emulator has it.
pub(crate) struct Queues {
    http: Client,
    emulator: String,
}

impl Queues {
    pub(crate) fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { http, emulator: firm.endpoints.emulator.clone() })
    }

    /// Calls an operation for a FIFO queue of the system.
    pub(crate) async fn call(&self, operation: &str, queue: &str, mut request: Value) -> Result<Value> {
        request["QueueUrl"] = json!(format!("{}/000000000000/polymer-local-{queue}.fifo", self.emulator));
        let post = self.http.post(&self.emulator).header("x-amz-target", format!("AmazonSQS.{operation}"));
        let signed = "AWS4-HMAC-SHA256 Credential=test/20250101/ap-south-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
        let post = post.header("content-type", "application/x-amz-json-1.0").header("authorization", signed);
        Ok(post.body(request.to_string()).send().await?.error_for_status()?.json().await?)
    }
}
