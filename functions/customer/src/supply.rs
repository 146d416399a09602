//! What deals took of each supplier's material: one row for each deal and supplier, written from the sources that the facts of
//! the deal context name.
//!
//! Filed like what customers buy ([`crate::trade`]): under the party a source names by id, else under the identity that follows
//! from the name. Which suppliers a deal has may change while it is imported again and again: a row of the deal itself
//! remembers them, so that those it has no more are withdrawn.

use std::collections::{BTreeMap, BTreeSet};

use customer_domain::{DealId, PartyId};
use event_store::{BoxError, Row};
use kernel::{BusinessDate, Inr, Kg, RatePerKg, Tenant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Customers;
use crate::trade::{self, DealStatus};

/// Material of one supplier in one deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupplyEntry {
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
    /// How much of it came from this supplier.
    pub quantity_kg: Kg,
    /// What that had cost.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub cost_inr: Inr,
    /// The sources that came from this supplier.
    pub sources: Vec<Taken>,
    /// What became of the deal.
    pub status: DealStatus,
}

/// What a deal took of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Taken {
    /// How much.
    pub quantity_kg: Kg,
    /// What the firm paid for it.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub rate_per_kg: RatePerKg,
    /// All that was bought, when it was bought for this deal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_kg: Option<Kg>,
}

impl SupplyEntry {
    /// What the material had cost, exactly.
    #[must_use]
    pub fn cost(&self) -> Inr {
        self.sources.iter().map(|taken| taken.rate_per_kg.times(taken.quantity_kg)).sum()
    }
}

/// The partition that lists what a file has supplied.
pub(crate) fn partition(tenant: &Tenant, under: PartyId) -> String {
    format!("T#{tenant}#supplied-by#{under}")
}

/// Files what a deal took of each supplier. `sequence` is the fact's place in the deal's own stream: what comes again changes
/// nothing, what comes late is passed over. Two facts of one deal that are handled at the very same moment may leave a supplier
/// standing that only the earlier one names; the next fact of the deal withdraws it.
///
/// # Errors
/// When the views do not answer; filing again finishes what was begun.
pub async fn file(
    customers: &Customers,
    deal: DealId,
    supplies: &BTreeMap<PartyId, SupplyEntry>,
    sequence: u64,
) -> Result<(), BoxError> {
    let tenant = &customers.tenant;
    let place = (format!("T#{tenant}#suppliers-of#{deal}"), "all".to_owned());
    let before = customers.views.get(&place.0, &place.1).await?;
    let before: Option<(u64, BTreeMap<PartyId, BusinessDate>)> = match before {
        Some(row) => Some((row.sequence, serde_json::from_str(&row.body)?)),
        None => None,
    };
    if before.as_ref().is_some_and(|(newest, _)| *newest > sequence)
        || (before.is_none() && supplies.is_empty())
    {
        return Ok(());
    }
    let row = |pk: String, sk: String, attributes, body: String| Row {
        pk,
        sk,
        sequence,
        indexes: [None, None, None],
        attributes,
        body,
    };
    for (under, entry) in supplies {
        let position = format!("{}#{deal}", entry.date);
        let body = serde_json::to_string(entry)?;
        let attributes = trade::attributes(entry.status);
        customers.views.put(row(partition(tenant, *under), position, attributes, body)).await?;
    }
    let present: BTreeSet<&PartyId> = supplies.keys().collect();
    let mut dates: BTreeMap<PartyId, BusinessDate> =
        supplies.iter().map(|(under, entry)| (*under, entry.date)).collect();
    for (under, date) in before.map(|(_, dates)| dates).unwrap_or_default() {
        if present.contains(&under) {
            continue;
        }
        let (pk, sk) = (partition(tenant, under), format!("{date}#{deal}"));
        if let Some(standing) = customers.views.get(&pk, &sk).await? {
            let mut entry: SupplyEntry = serde_json::from_str(&standing.body)?;
            entry.status = DealStatus::Cancelled;
            let attributes = trade::attributes(entry.status);
            customers.views.put(row(pk, sk, attributes, serde_json::to_string(&entry)?)).await?;
        }
        // Kept, so that a repetition after a crash withdraws it too.
        dates.insert(under, date);
    }
    customers.views.put(row(place.0, place.1, BTreeMap::new(), serde_json::to_string(&dates)?)).await?;
    Ok(())
}
