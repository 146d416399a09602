//! What this context knows of deals: one row for each, written from the facts of the deal context.
//!
//! A deal is *filed* under the party it names by id, else under the identity that follows from the name it gives
//! ([`PartyId::of`]), whether or not anybody has entered that party yet. So filing needs no look-up, a party that is entered
//! later finds its deals there, and renaming, merging or unmerging parties moves nothing: a read gathers the files that
//! lead to the party now ([`files`]).

use std::collections::{BTreeMap, BTreeSet};

use customer_domain::party::Known;
use customer_domain::{DealId, NameKey, PartyId};
use event_store::{BoxError, Filter, Index, Query, Row, StorageError};
use kernel::{BusinessDate, Inr, Kg, RatePerKg, Tenant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Customers;
use crate::projections::merged_into_partition;

/// Most merged parties whose deals are shown with those of the party they lead to.
const MOST_MERGED: usize = 25;
/// The attribute of a deal whose import was taken back.
const WITHDRAWN: &str = "withdrawn";

/// A deal of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealEntry {
    /// The deal.
    pub deal_id: DealId,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Its identity in the system before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<String>,
    /// When it was made.
    pub date: BusinessDate,
    /// What was sold.
    pub product_code: String,
    /// How much.
    pub quantity_kg: Kg,
    /// At which price.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub rate_per_kg: RatePerKg,
    /// Quantity × rate.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub revenue_inr: Inr,
    /// What became of it.
    pub status: DealStatus,
}

/// What became of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DealStatus {
    /// It stands.
    Confirmed,
    /// It was called off.
    Cancelled,
    /// Its import was taken back: no list shows it.
    Withdrawn,
}

/// What [`standing`] looks at.
pub(crate) fn attributes(status: DealStatus) -> BTreeMap<String, String> {
    let withdrawn = (status == DealStatus::Withdrawn).then(|| (WITHDRAWN.to_owned(), "yes".to_owned()));
    withdrawn.into_iter().collect()
}

/// Passes over deals whose import was taken back.
pub(crate) fn standing() -> Filter {
    Filter::Differs(WITHDRAWN, "yes".to_owned())
}

/// Files a deal; tells whether that was news. `sequence` is the fact's place in the deal's own stream: what comes again, or
/// late, replaces nothing.
///
/// # Errors
/// When the views do not answer.
pub async fn file(
    customers: &Customers,
    under: PartyId,
    deal: &DealEntry,
    sequence: u64,
) -> Result<bool, BoxError> {
    let row = Row {
        pk: partition(&customers.tenant, under),
        // A deal keeps its date for good, so it keeps its row.
        sk: format!("{}#{}", deal.date, deal.deal_id),
        sequence,
        indexes: [None, None, None],
        attributes: attributes(deal.status),
        body: serde_json::to_string(deal)?,
    };
    Ok(customers.views.put(row).await?)
}

/// Notes when somebody bought under this file; tells whether that is the latest date so far.
///
/// # Errors
/// When the views do not answer.
pub async fn note_date(customers: &Customers, under: PartyId, date: BusinessDate) -> Result<bool, BoxError> {
    let row = Row {
        pk: format!("T#{}#traded#{under}", customers.tenant),
        sk: "last".to_owned(),
        // The newest date wins, in whichever order they come.
        sequence: day_number(Some(date)),
        indexes: [None, None, None],
        attributes: BTreeMap::new(),
        body: date.to_string(),
    };
    Ok(customers.views.put(row).await?)
}

/// When somebody last bought under any of the files of a party itself.
pub(crate) async fn last_date(
    customers: &Customers,
    id: PartyId,
    known: &Known,
) -> Result<Option<BusinessDate>, BoxError> {
    let mut last = None;
    for file in own_files(&customers.tenant, id, known) {
        let place = format!("T#{}#traded#{file}", customers.tenant);
        if let Some(row) = customers.views.get(&place, "last").await? {
            last = last.max(Some(row.body.parse()?));
        }
    }
    Ok(last)
}

/// A date as a number that grows with it: `20250801`; 0 without one.
pub(crate) fn day_number(date: Option<BusinessDate>) -> u64 {
    date.and_then(|date| date.to_string().replace('-', "").parse().ok()).unwrap_or(0)
}

/// The partition that lists the deals of a file.
pub(crate) fn partition(tenant: &Tenant, under: PartyId) -> String {
    format!("T#{tenant}#deals-of#{under}")
}

/// The files of a party itself: its identity, and what follows from each of its names. No other party can hold one of these
/// names, so no two parties share a file.
fn own_files(tenant: &Tenant, id: PartyId, known: &Known) -> BTreeSet<PartyId> {
    let named = known.details.names().map(|name| PartyId::of(tenant, &NameKey::of(name)));
    std::iter::once(id).chain(named).collect()
}

/// All files that lead to a party: its own and those of parties merged into it, directly or not, 25 of them at most.
///
/// # Errors
/// When log or views do not answer.
pub async fn files(customers: &Customers, id: PartyId, known: &Known) -> Result<Vec<PartyId>, BoxError> {
    let mut files = own_files(&customers.tenant, id, known);
    for merged in family(customers, id).await? {
        if let Some(known) = customers.load(merged).await?.state().known() {
            files.extend(own_files(&customers.tenant, merged, known));
        }
    }
    Ok(files.into_iter().collect())
}

/// The parties that were merged into this one, directly or not; eventually consistent.
///
/// # Errors
/// When the views do not answer.
pub async fn family(customers: &Customers, id: PartyId) -> Result<Vec<PartyId>, StorageError> {
    let mut family: Vec<PartyId> = Vec::new();
    let mut next = vec![id];
    while let Some(into) = next.pop() {
        let query = Query {
            index: Index::Extra(0),
            partition: merged_into_partition(&customers.tenant, into),
            from: None,
            to: None,
            descending: false,
            filters: Vec::new(),
            limit: MOST_MERGED,
            after: None,
        };
        for row in customers.views.query(query).await?.rows {
            let merged: Option<PartyId> =
                row.indexes.first().and_then(Option::as_ref).and_then(|(_, id)| id.parse().ok());
            let new = merged.filter(|merged| *merged != id && !family.contains(merged));
            if let Some(merged) = new.filter(|_| family.len() < MOST_MERGED) {
                family.push(merged);
                next.push(merged);
            }
        }
    }
    Ok(family)
}
