//! The list of products, in order of their codes, and the index by which they are found as people type them.

use std::collections::BTreeSet;

use event_store::views::NameIndex;
use event_store::{BoxError, Commit, Row, Stream};
use inventory_domain::product::{Attributes, Product, ProductEvent};
use inventory_domain::{ProductCode, ProductId};
use kernel::Tenant;
use kernel::text::words;

use super::withdrawn;
use crate::Inventory;
use crate::product_view::{ProductEntry, ProductView, full_name};

/// The partition that lists a tenant's products.
#[must_use]
pub fn products_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#products")
}

/// The index of what a tenant's products are called.
#[must_use]
pub fn product_names(tenant: &Tenant) -> NameIndex {
    NameIndex::new(format!("T#{tenant}#product-names"))
}

/// Writes the rows of a product as the log has it now, which may be later than the commit that is being projected. One whose
/// import was taken back keeps its places: the list passes it over, and there is nothing to suggest.
pub(super) async fn project(
    inventory: &Inventory,
    id: ProductId,
    history: &[Commit],
    product: &Stream<Product>,
) -> Result<(), BoxError> {
    let Some((code, attributes)) = product.state().last_details() else { return Ok(()) };
    let gone = product.state().is_withdrawn();
    let view = ProductView::of(id, code, attributes, product.version());
    let view = view.with_origin(product.state());
    let words = text(code, [&attributes.grade, &attributes.company, &attributes.specific_grade]);
    let row = Row {
        pk: products_partition(&inventory.tenant),
        sk: format!("{code}#{id}"),
        sequence: product.version(),
        indexes: [None, None, None],
        attributes: std::iter::once(("text", words))
            .chain(gone.then(withdrawn))
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        body: serde_json::to_string(&view)?,
    };
    inventory.views.put(row).await?;
    // Also by what it was called before: those rows must not go on to say so.
    let names = names_ever(history)?;
    let entry = serde_json::to_string(&(!gone).then(|| ProductEntry::of(view)))?;
    let names = names.iter().map(String::as_str);
    for row in product_names(&inventory.tenant).rows(names, &id.to_string(), product.version(), &entry) {
        inventory.views.put(row).await?;
    }
    Ok(())
}

/// Everything a product was ever called.
fn names_ever(history: &[Commit]) -> Result<BTreeSet<String>, serde_json::Error> {
    let mut names = BTreeSet::new();
    for stored in history.iter().flat_map(|commit| &commit.events) {
        match stored.decode()? {
            ProductEvent::ProductCreated { code, attributes }
            | ProductEvent::ProductChanged { code, attributes } => {
                let Attributes { grade, company, specific_grade, .. } = &attributes;
                names.insert(full_name(&code, grade, company, specific_grade));
            }
            ProductEvent::ProductImported { .. } | ProductEvent::ProductImportWithdrawn { .. } => {}
        }
    }
    Ok(names)
}

/// All words by which a list of products is searched; the code besides as one word, for who types it without its blanks.
pub(super) fn text(code: &ProductCode, attributes: [&str; 3]) -> String {
    let of_code = words(&code.to_string());
    let mut all = vec![of_code.concat()];
    all.extend(of_code);
    all.extend(attributes.into_iter().flat_map(words));
    all.sort_unstable();
    all.dedup();
    all.join(" ").trim().to_owned()
}
