use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use kernel::Timestamp;

use super::SdkItem;
use super::attributes::text;
use super::error::Fault;
use crate::StorageError;
use crate::item::{Item, ItemError};
use crate::ops::{Ops, OpsItem};

/// Keys one batch read takes
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>).
const BATCH: usize = 100;
/// How often what a batch read left unprocessed is asked for again. The SDK has waited between its own attempts already.
const MOST_BATCH_CALLS: usize = 8;

/// Items in a DynamoDB table with keys `pk` and `sk` whose expiry is `ttl`, in seconds.
///
/// [`Ops::put_new`] may answer `false` for an item that it wrote itself: when the answer to a first attempt was lost and the
/// SDK's second one met it. Markers and parked facts do not mind.
#[derive(Debug, Clone)]
pub struct DynamoOps {
    client: Client,
    table: String,
}

impl DynamoOps {
    /// The items in `table`.
    #[must_use]
    pub const fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    fn put_item(&self, item: OpsItem) -> PutItemFluentBuilder {
        self.client.put_item().table_name(&self.table).set_item(Some(Item::from_ops(item).into_sdk()))
    }

    /// Which of at most [`BATCH`] different keys exist.
    async fn present_in_batch(&self, keys: Vec<SdkItem>) -> Result<Vec<(String, String)>, StorageError> {
        let failed = |source| StorageError::Failed { operation: "ops.present", source };
        let asked = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true);
        let asked = asked.projection_expression("pk, sk").build().map_err(|e| failed(e.into()))?;
        let mut rest = HashMap::from([(self.table.clone(), asked)]);
        let mut found = Vec::new();
        for _ in 0..MOST_BATCH_CALLS {
            let answer = self.client.batch_get_item().set_request_items(Some(rest)).send().await;
            let answer = answer.map_err(|e| Fault::from(e).on("ops.present"))?;
            for item in answer.responses.unwrap_or_default().into_values().flatten() {
                let key = Item::from_sdk(item).and_then(|mut item| Ok((item.take("pk")?, item.take("sk")?)));
                found.push(key.map_err(|e| failed(e.into()))?);
            }
            rest = answer.unprocessed_keys.unwrap_or_default();
            if rest.is_empty() {
                return Ok(found);
            }
        }
        let source = "keys stayed unprocessed".into();
        Err(StorageError::Unavailable { operation: "ops.present", source })
    }
}

#[async_trait]
impl Ops for DynamoOps {
    async fn put(&self, item: OpsItem) -> Result<(), StorageError> {
        match self.put_item(item).send().await {
            Ok(_) => Ok(()),
            Err(e) => Err(Fault::from(e).on("ops.put")),
        }
    }

    async fn put_new(&self, item: OpsItem) -> Result<bool, StorageError> {
        let put = self.put_item(item).condition_expression("attribute_not_exists(pk)");
        conditional(put, "ops.put_new").await
    }

    async fn replace(&self, item: OpsItem, present: &str) -> Result<bool, StorageError> {
        let put = self.put_item(item).condition_expression("body = :present");
        conditional(put.expression_attribute_values(":present", text(present)), "ops.replace").await
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<OpsItem>, StorageError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = get.key("pk", text(pk)).key("sk", text(sk)).send().await;
        answer.map_err(|e| Fault::from(e).on("ops.get"))?.item.map(read).transpose()
    }

    async fn present(&self, keys: &[(String, String)]) -> Result<Vec<bool>, StorageError> {
        // A batch read refuses keys named twice.
        let different: Vec<&(String, String)> = keys.iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut found = BTreeSet::new();
        for batch in different.chunks(BATCH) {
            found.extend(self.present_in_batch(batch.iter().map(|(pk, sk)| key(pk, sk)).collect()).await?);
        }
        Ok(keys.iter().map(|key| found.contains(key)).collect())
    }

    async fn list(&self, pk: &str, limit: usize) -> Result<Vec<OpsItem>, StorageError> {
        let mut items = Vec::new();
        let mut start = None;
        while items.len() < limit {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", text(pk))
                .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|e| Fault::from(e).on("ops.list"))?;
            for item in page.items.unwrap_or_default() {
                items.push(read(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(items)
    }

    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError> {
        let delete = self.client.delete_item().table_name(&self.table);
        match delete.set_key(Some(key(pk, sk))).send().await {
            Ok(_) => Ok(()),
            Err(e) => Err(Fault::from(e).on("ops.delete")),
        }
    }
}

/// Whether the condition held.
async fn conditional(put: PutItemFluentBuilder, operation: &'static str) -> Result<bool, StorageError> {
    match put.send().await {
        Ok(_) => Ok(true),
        Err(e) if e.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
            Ok(false)
        }
        Err(e) => Err(Fault::from(e).on(operation)),
    }
}

impl Item {
    fn from_ops(item: OpsItem) -> Self {
        let stored = Self::keyed(item.pk, item.sk).with_text("body", item.body);
        match item.expires {
            Some(expires) => stored.with_number("ttl", expires.unix_ms().div_euclid(1_000)),
            None => stored,
        }
    }

    fn into_ops(mut self) -> Result<OpsItem, ItemError> {
        let expires: Option<i64> = self.take_number("ttl")?;
        Ok(OpsItem {
            pk: self.take("pk")?,
            sk: self.take("sk")?,
            body: self.take("body")?,
            expires: expires.map(|seconds| Timestamp::from_unix_ms(seconds.saturating_mul(1_000))),
        })
    }
}

fn key(pk: &str, sk: &str) -> SdkItem {
    SdkItem::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))])
}

fn read(item: SdkItem) -> Result<OpsItem, StorageError> {
    let item = Item::from_sdk(item).and_then(Item::into_ops);
    item.map_err(|e| StorageError::Failed { operation: "ops.read", source: e.into() })
}
