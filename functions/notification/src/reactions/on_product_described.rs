//! `inventory.product-created`, `inventory.product-changed`: the product is known here from now on.

use messaging::{Envelope, RecordFault};
use notification_domain::ProductId;
use notification_domain::template::Good;
use serde::Deserialize;

use crate::{Notifications, catalogue};

/// The part of the facts this context reads; both have the same shape.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductDescribed {
    product_id: ProductId,
    product_code: String,
    company: String,
    grade: String,
}

pub(super) async fn react(notifications: &Notifications, envelope: &Envelope) -> Result<(), RecordFault> {
    let fact = ProductDescribed::deserialize(&envelope.data).map_err(RecordFault::park)?;
    let good = Good { code: fact.product_code, company: fact.company, grade: fact.grade };
    let remembered = catalogue::remember(notifications, fact.product_id, good, envelope.sequence).await;
    remembered.map_err(RecordFault::Retry)
}
