use std::collections::BTreeMap;

use event_store::{Query, StorageError};
use futures_util::future::try_join;
use inventory_domain::ProductId;
use kernel::BusinessDate;
use kernel::text::Search;

use super::stock_filter::unreadable;
use crate::Inventory;
use crate::product_view::{ProductEntry, ProductSuggestion};
use crate::projections::{BY_LAST_SALE, by_last_sale, product_names};

/// Most products whose last sale ranks them.
const MOST_RANKED: usize = 1_000;

/// Products that somebody may mean, those sold last first, then by code.
///
/// Three queries at most: two of 200 entries of the index of names, and one of the thousand products that were sold last,
/// however many products there are. Where more than 200 names begin like what was typed, the rest has to be typed.
///
/// # Errors
/// When the views do not answer.
pub async fn suggest(
    inventory: &Inventory,
    search: &Search,
    limit: usize,
) -> Result<Vec<ProductSuggestion>, StorageError> {
    let names = product_names(&inventory.tenant);
    let probes = search.probes();
    let (bodies, sales) =
        try_join(names.bodies(inventory.views.as_ref(), &probes), last_sales(inventory)).await?;
    let mut found: BTreeMap<ProductId, ProductEntry> = BTreeMap::new();
    for body in bodies {
        // Nothing stands where a product was taken back.
        let entry: Option<ProductEntry> = serde_json::from_str(&body).map_err(unreadable)?;
        if let Some(entry) = entry.filter(|entry| search.finds(&entry.full_name())) {
            found.insert(entry.id, entry);
        }
    }
    let mut suggestions: Vec<ProductSuggestion> = found
        .into_values()
        .map(|product| ProductSuggestion { last_sold_on: sales.get(&product.id).copied(), product })
        .collect();
    suggestions.sort_by(|a, b| {
        let by_code = || a.product.product_code.cmp(&b.product.product_code);
        b.last_sold_on.cmp(&a.last_sold_on).then_with(by_code)
    });
    suggestions.truncate(limit);
    Ok(suggestions)
}

/// The last sale of each of the products that were sold last.
async fn last_sales(inventory: &Inventory) -> Result<BTreeMap<ProductId, BusinessDate>, StorageError> {
    let query = Query {
        index: BY_LAST_SALE,
        partition: by_last_sale(&inventory.tenant),
        from: None,
        to: None,
        descending: true,
        filters: Vec::new(),
        limit: MOST_RANKED,
        after: None,
    };
    let page = inventory.views.query(query).await?;
    let sales = page.rows.iter().filter_map(|row| Some((row.sk.parse().ok()?, row.body.parse().ok()?)));
    Ok(sales.collect())
}
