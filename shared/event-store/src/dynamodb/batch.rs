//! Reading many items by their keys in few calls.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::SdkItem;
use super::attributes::text;
use super::error::Fault;
use crate::StorageError;

/// Keys one batch read takes
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>).
const BATCH: usize = 100;
/// How often what a batch read left unprocessed is asked for again. The SDK has waited between its own attempts already.
const MOST_CALLS: usize = 8;

/// A consistent read of many items.
pub(super) struct BatchRead<'a> {
    pub(super) client: &'a Client,
    pub(super) table: &'a str,
    /// The attributes to read; all of them when `None`.
    pub(super) projection: Option<&'a str>,
    /// For the text of an error.
    pub(super) operation: &'static str,
}

impl BatchRead<'_> {
    /// The items that exist under these keys, in any order, each once.
    pub(super) async fn items(&self, keys: &[(String, String)]) -> Result<Vec<SdkItem>, StorageError> {
        // A batch read refuses keys named twice.
        let different: Vec<&(String, String)> = keys.iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut found = Vec::new();
        for batch in different.chunks(BATCH) {
            found.append(&mut self.batch(batch.iter().map(|(pk, sk)| key(pk, sk)).collect()).await?);
        }
        Ok(found)
    }

    /// The items under at most [`BATCH`] different keys.
    async fn batch(&self, keys: Vec<SdkItem>) -> Result<Vec<SdkItem>, StorageError> {
        let failed = |source| StorageError::Failed { operation: self.operation, source };
        let asked = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true);
        let asked = asked.set_projection_expression(self.projection.map(str::to_owned));
        let asked = asked.build().map_err(|e| failed(e.into()))?;
        let mut rest = HashMap::from([(self.table.to_owned(), asked)]);
        let mut found = Vec::new();
        for _ in 0..MOST_CALLS {
            let answer = self.client.batch_get_item().set_request_items(Some(rest)).send().await;
            let answer = answer.map_err(|e| Fault::from(e).on(self.operation))?;
            found.extend(answer.responses.unwrap_or_default().into_values().flatten());
            rest = answer.unprocessed_keys.unwrap_or_default();
            if rest.is_empty() {
                return Ok(found);
            }
        }
        let source = "keys stayed unprocessed".into();
        Err(StorageError::Unavailable { operation: self.operation, source })
    }
}

/// The key of an item.
pub(super) fn key(pk: &str, sk: &str) -> SdkItem {
    SdkItem::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))])
}
