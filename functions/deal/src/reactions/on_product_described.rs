//! `inventory.product-created`, `-changed`: the product is known here from now on; `-import-withdrawn`: it is known no more.

use deal_domain::ProductId;
use messaging::{Envelope, RecordFault};
use serde::Deserialize;

use crate::ports::KnownProduct;
use crate::{Deals, catalogue};

/// The part of the facts this context reads; they have it in common.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductDescribed {
    product_id: ProductId,
    product_code: String,
}

pub(super) async fn react(deals: &Deals, envelope: &Envelope) -> Result<(), RecordFault> {
    if envelope.schema_version != 1 {
        return Err(RecordFault::park(format!(
            "version {} of this fact is unknown",
            envelope.schema_version
        )));
    }
    let fact = ProductDescribed::deserialize(&envelope.data).map_err(RecordFault::park)?;
    let product = KnownProduct { id: fact.product_id, code: fact.product_code };
    let written = match envelope.fact_type.as_str() {
        "inventory.product-import-withdrawn" => catalogue::forget(deals, &product, envelope.sequence).await,
        _ => catalogue::remember(deals, &product, envelope.sequence).await,
    };
    written.map_err(RecordFault::Retry)
}
