//! The list of deals: by day, and so by customer, product and status.

use deal_domain::deal::{Registered, Status};
use deal_domain::{DealId, ProductId};
use event_store::{BoxError, Index, Row};
use kernel::Tenant;
use kernel::text::comparable;

use super::attributes::attributes;
use crate::Deals;
use crate::deal_view::DealView;

/// The index that lists deals by customer.
pub const BY_CUSTOMER: Index = Index::Extra(0);
/// The index that lists deals by product.
pub const BY_PRODUCT: Index = Index::Extra(1);
/// The index that lists deals by status.
pub const BY_STATUS: Index = Index::Extra(2);

/// The partition that lists a tenant's deals.
#[must_use]
pub fn deals_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#deals")
}

/// The index partition that lists the deals of a customer, however the name was spelled.
#[must_use]
pub fn deals_by_customer(tenant: &Tenant, customer: &str) -> String {
    format!("T#{tenant}#deals#c#{}", comparable(customer))
}

/// The index partition that lists the deals of a product.
#[must_use]
pub fn deals_by_product(tenant: &Tenant, product: ProductId) -> String {
    format!("T#{tenant}#deals#p#{product}")
}

/// The index partition that lists the deals in a status.
#[must_use]
pub fn deals_by_status(tenant: &Tenant, status: &str) -> String {
    format!("T#{tenant}#deals#s#{status}")
}

/// Writes the row of a deal as it stands at `version`.
pub(super) async fn project(
    deals: &Deals,
    id: DealId,
    deal: &Registered,
    version: u64,
) -> Result<(), BoxError> {
    let (tenant, terms) = (&deals.tenant, &deal.terms);
    let place = format!("{}#{}#{id}", terms.date, deal.requested_at);
    let row = Row {
        pk: deals_partition(tenant),
        sk: place.clone(),
        sequence: version,
        // A withdrawn deal leaves every index; its row keeps its place, and queries pass it over.
        indexes: [
            deals_by_customer(tenant, &terms.customer),
            deals_by_product(tenant, terms.product_id),
            deals_by_status(tenant, deal.status.name()),
        ]
        .map(|partition| (deal.status != Status::Withdrawn).then(|| (partition, place.clone()))),
        attributes: attributes(id, deal),
        body: serde_json::to_string(&DealView::of(id, deal, version))?,
    };
    deals.views.put(row).await?;
    Ok(())
}
