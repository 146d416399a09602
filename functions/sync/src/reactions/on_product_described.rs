//! `inventory.product-created`, `inventory.product-changed`: what a product is called from now on.

use messaging::{Envelope, RecordFault};
use serde::Deserialize;
use sync_domain::{ProductId, ProductWords};

use crate::{Sheets, catalogue};

/// The part of the facts this context reads; both have the same shape.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductDescribed {
    product_id: ProductId,
    product_code: String,
    grade: String,
    company: String,
    specific_grade: String,
}

pub(super) async fn react(sheets: &Sheets, envelope: &Envelope) -> Result<(), RecordFault> {
    if envelope.schema_version != 1 {
        return Err(RecordFault::park(format!(
            "version {} of this fact is unknown",
            envelope.schema_version
        )));
    }
    let fact = ProductDescribed::deserialize(&envelope.data).map_err(RecordFault::park)?;
    let words = ProductWords {
        code: fact.product_code,
        grade: fact.grade,
        company: fact.company,
        specific_grade: fact.specific_grade,
    };
    catalogue::remember(sheets, fact.product_id, &words, envelope.sequence).await.map_err(RecordFault::Retry)
}
