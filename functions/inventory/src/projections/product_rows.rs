//! The list of products, in order of their codes.

use std::collections::BTreeMap;

use event_store::{BoxError, Row};
use inventory_domain::ProductId;
use inventory_domain::product::Product;
use kernel::Tenant;

use crate::product_view::ProductView;
use crate::{Inventory, product_stream};

/// The partition that lists a tenant's products.
#[must_use]
pub fn products_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#products")
}

/// Writes the row of a product as the log has it now, which may be later than the commit that is being projected.
pub(super) async fn project(inventory: &Inventory, product: ProductId) -> Result<(), BoxError> {
    let stream = inventory.store.load::<Product>(&product_stream(&inventory.tenant, product)).await?;
    let Some((code, attributes)) = stream.state().details() else { return Ok(()) };
    let view = ProductView::of(product, code, attributes, stream.version());
    let row = Row {
        pk: products_partition(&inventory.tenant),
        sk: format!("{code}#{product}"),
        sequence: stream.version(),
        indexes: [None, None, None],
        attributes: BTreeMap::new(),
        body: serde_json::to_string(&view.with_import(stream.state().imported()))?,
    };
    inventory.views.put(row).await?;
    Ok(())
}
