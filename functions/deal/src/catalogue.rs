//! What this context knows of products: a projection of the inventory's facts, with the inventory itself behind it for
//! a product so new that its fact has not arrived, and for one whose import was taken back.

use std::collections::BTreeMap;

use deal_domain::ProductId;
use event_store::{BoxError, Row};
use kernel::Tenant;
use serde::{Deserialize, Serialize};

use crate::Deals;
use crate::ports::{KnownProduct, ProductName};

#[derive(Serialize, Deserialize)]
struct Entry {
    id: ProductId,
    code: String,
}

fn partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#catalogue")
}

fn position(name: &ProductName) -> String {
    match name {
        ProductName::Id(id) => format!("id#{id}"),
        ProductName::Code(code) => format!("code#{code}"),
    }
}

/// Where the row of this name stands, for whoever reads rows of other kinds in the same call.
#[must_use]
pub fn key(tenant: &Tenant, name: &ProductName) -> (String, String) {
    (partition(tenant), position(name))
}

/// The product of this name; `None` when there is none. One read of this context's own table, unless the product is
/// not known there.
///
/// # Errors
/// When neither the table nor the inventory answers.
pub async fn find(deals: &Deals, name: &ProductName) -> Result<Option<KnownProduct>, BoxError> {
    let (pk, sk) = key(&deals.tenant, name);
    let row = deals.views.get(&pk, &sk).await?;
    known(deals, name, row).await
}

/// The product of this name, given the row that stands at its [`key`].
///
/// # Errors
/// As [`find`].
pub async fn known(
    deals: &Deals,
    name: &ProductName,
    row: Option<Row>,
) -> Result<Option<KnownProduct>, BoxError> {
    let entry: Option<Entry> = row.map(|row| serde_json::from_str(&row.body)).transpose()?.flatten();
    match entry {
        Some(Entry { id, code }) => Ok(Some(KnownProduct { id, code })),
        None => Ok(deals.stock_desk.product(name).await?),
    }
}

/// Remembers a product under both its names.
///
/// # Errors
/// When the table does not answer.
pub async fn remember(deals: &Deals, product: &KnownProduct, sequence: u64) -> Result<(), BoxError> {
    let body = serde_json::to_string(&Entry { id: product.id, code: product.code.clone() })?;
    write(deals, product, sequence, &body).await
}

/// Forgets a product under both its names.
///
/// # Errors
/// When the table does not answer.
pub async fn forget(deals: &Deals, product: &KnownProduct, sequence: u64) -> Result<(), BoxError> {
    write(deals, product, sequence, &serde_json::to_string(&None::<Entry>)?).await
}

async fn write(deals: &Deals, product: &KnownProduct, sequence: u64, body: &str) -> Result<(), BoxError> {
    for name in [ProductName::Id(product.id), ProductName::Code(product.code.clone())] {
        let row = Row {
            pk: partition(&deals.tenant),
            sk: position(&name),
            sequence,
            indexes: [None, None, None],
            attributes: BTreeMap::new(),
            body: body.to_owned(),
        };
        deals.views.put(row).await?;
    }
    Ok(())
}
