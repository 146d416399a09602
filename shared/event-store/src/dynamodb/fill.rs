//! Filling a table of views that nobody reads yet.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};

use super::DynamoViews;
use super::error::Fault;
use crate::StorageError;
use crate::item::Item;
use crate::views::Row;

/// Most writes in one `BatchWriteItem`
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>).
const MOST_WRITES: usize = 25;
/// Most calls for one batch, each for what the one before left.
const MOST_BATCH_CALLS: usize = 25;
const FILL: &str = "views.fill";

impl DynamoViews {
    /// Writes rows without looking at what stands there, 25 a call. For a table that nobody else writes and where no row
    /// occurs twice; a live one needs [`Views::put`](crate::Views::put).
    ///
    /// # Errors
    /// When the table cannot be written; how many rows it took is unknown then, and filling it again is safe.
    pub async fn fill(&self, rows: impl IntoIterator<Item = Row> + Send) -> Result<(), StorageError> {
        let mut rows = rows.into_iter();
        loop {
            let batch: Vec<WriteRequest> =
                rows.by_ref().take(MOST_WRITES).map(write_request).collect::<Result<_, _>>()?;
            if batch.is_empty() {
                return Ok(());
            }
            self.write_batch(batch).await?;
        }
    }

    async fn write_batch(&self, batch: Vec<WriteRequest>) -> Result<(), StorageError> {
        let mut rest = HashMap::from([(self.table.clone(), batch)]);
        for _ in 0..MOST_BATCH_CALLS {
            let answer = self.client.batch_write_item().set_request_items(Some(rest)).send().await;
            rest = answer.map_err(|e| Fault::from(e).on(FILL))?.unprocessed_items.unwrap_or_default();
            if rest.is_empty() {
                return Ok(());
            }
        }
        Err(StorageError::Unavailable { operation: FILL, source: "rows stayed unprocessed".into() })
    }
}

fn write_request(row: Row) -> Result<WriteRequest, StorageError> {
    let put = PutRequest::builder().set_item(Some(Item::from_row(row).into_sdk())).build();
    let put = put.map_err(|e| StorageError::Failed { operation: FILL, source: e.into() })?;
    Ok(WriteRequest::builder().put_request(put).build())
}
