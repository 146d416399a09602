//! What products are called: a projection of the inventory's facts, with the inventory itself behind it for a product so new,
//! or so old, that no fact of it has arrived.

use std::collections::BTreeMap;

use event_store::{BoxError, Row};
use kernel::Tenant;
use sync_domain::{ProductId, ProductWords};

use crate::Sheets;

fn partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#catalogue")
}

/// What a product is called; `None` when there is none.
///
/// # Errors
/// When neither the table nor the inventory answers.
pub async fn words(sheets: &Sheets, product: ProductId) -> Result<Option<ProductWords>, BoxError> {
    match sheets.views.get(&partition(&sheets.tenant), &product.to_string()).await? {
        Some(row) => Ok(Some(serde_json::from_str(&row.body)?)),
        None => sheets.products.words(product).await,
    }
}

/// Remembers what a product is called from `sequence` of its stream on.
///
/// # Errors
/// When the table does not answer.
pub async fn remember(
    sheets: &Sheets,
    product: ProductId,
    words: &ProductWords,
    sequence: u64,
) -> Result<(), BoxError> {
    let row = Row {
        pk: partition(&sheets.tenant),
        sk: product.to_string(),
        sequence,
        indexes: [None, None, None],
        attributes: BTreeMap::new(),
        body: serde_json::to_string(words)?,
    };
    sheets.views.put(row).await?;
    Ok(())
}
