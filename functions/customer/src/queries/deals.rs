use customer_domain::PartyId;
use customer_domain::party::Known;
use event_store::{BoxError, Index, Query, Row};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::{Customers, supply, trade};

/// On which side of a deal a party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It bought.
    Customer,
    /// Its material was sold.
    Supplier,
}

/// Where a page of deals ended: the position of its last deal, which is the same in every file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// `<date>#<deal id>`.
    pub deal: String,
}

/// Deals of a party, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealsPage {
    /// Newest first.
    pub rows: Vec<Row>,
    /// Where to go on.
    pub next: Option<After>,
}

/// One page of a party's deals on one side, newest first: one query for each file that leads to the party, which is one for a party
/// that was never renamed and into which none was merged.
///
/// # Errors
/// When log or views do not answer.
pub async fn deals(
    customers: &Customers,
    party: PartyId,
    known: &Known,
    side: Side,
    limit: usize,
    after: Option<After>,
) -> Result<DealsPage, BoxError> {
    let files = trade::files(customers, party, known).await?;
    let pages = files.into_iter().map(|file| {
        customers.views.query(Query {
            index: Index::Primary,
            partition: match side {
                Side::Customer => trade::partition(&customers.tenant, file),
                Side::Supplier => supply::partition(&customers.tenant, file),
            },
            from: None,
            to: after.as_ref().map(|after| after.deal.clone()),
            descending: true,
            filters: vec![trade::standing()],
            // The last of the page before comes again, and one more tells whether there is a next page.
            limit: limit.saturating_add(2),
            after: None,
        })
    });
    let mut rows: Vec<Row> = try_join_all(pages).await?.into_iter().flat_map(|page| page.rows).collect();
    rows.retain(|row| after.as_ref().is_none_or(|after| row.sk < after.deal));
    rows.sort_by(|a, b| b.sk.cmp(&a.sk));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| After { deal: row.sk.clone() });
    Ok(DealsPage { rows, next })
}
