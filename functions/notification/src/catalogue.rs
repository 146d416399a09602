//! What this context knows of products: a projection of the inventory's facts, with the inventory itself behind it for
//! a product so new that its fact has not arrived.

use std::collections::BTreeMap;

use event_store::{BoxError, Row};
use notification_domain::ProductId;
use notification_domain::template::Good;
use serde::{Deserialize, Serialize};

use crate::Notifications;

#[derive(Serialize, Deserialize)]
struct Entry {
    code: String,
    company: String,
    grade: String,
}

fn partition(notifications: &Notifications) -> String {
    format!("T#{}#catalogue", notifications.tenant)
}

/// The product of this identity; `None` when there is none. One read of this context's own table, unless the product is
/// not known there.
///
/// # Errors
/// When neither the table nor the inventory answers.
pub async fn find(notifications: &Notifications, product: ProductId) -> Result<Option<Good>, BoxError> {
    match notifications.views.get(&partition(notifications), &product.to_string()).await? {
        Some(row) => {
            let Entry { code, company, grade } = serde_json::from_str(&row.body)?;
            Ok(Some(Good { code, company, grade }))
        }
        None => notifications.goods.good(product).await,
    }
}

/// Remembers a product.
///
/// # Errors
/// When the table does not answer.
pub async fn remember(
    notifications: &Notifications,
    product: ProductId,
    good: Good,
    sequence: u64,
) -> Result<(), BoxError> {
    let Good { code, company, grade } = good;
    let row = Row {
        pk: partition(notifications),
        sk: product.to_string(),
        sequence,
        indexes: [None, None, None],
        attributes: BTreeMap::new(),
        body: serde_json::to_string(&Entry { code, company, grade })?,
    };
    notifications.views.put(row).await?;
    Ok(())
}
