use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use kernel::Timestamp;

use super::SdkItem;
use super::attributes::text;
use super::batch::{BatchRead, key};
use super::error::Fault;
use crate::StorageError;
use crate::item::{Item, ItemError};
use crate::ops::{Ops, OpsItem};

/// Items in a DynamoDB table with keys `pk` and `sk` whose expiry is `ttl`, in seconds.
///
/// [`Ops::put_new`] and [`Ops::replace`] may answer `false` for an item that they wrote themselves: when the answer to a first attempt was lost and the
/// SDK's second one met it. Markers and parked facts do not mind; whoever replaces reads what stands there then.
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
        let (client, table) = (&self.client, self.table.as_str());
        let read = BatchRead { client, table, projection: Some("pk, sk"), operation: "ops.present" };
        let mut found = BTreeSet::new();
        for item in read.items(keys).await? {
            let key = Item::from_sdk(item).and_then(|mut item| Ok((item.take("pk")?, item.take("sk")?)));
            found.insert(key.map_err(unreadable)?);
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

fn read(item: SdkItem) -> Result<OpsItem, StorageError> {
    Item::from_sdk(item).and_then(Item::into_ops).map_err(unreadable)
}

fn unreadable(error: ItemError) -> StorageError {
    StorageError::Failed { operation: "ops.read", source: error.into() }
}
