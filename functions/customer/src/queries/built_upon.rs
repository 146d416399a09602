use std::collections::{BTreeMap, BTreeSet};

use customer_domain::party::{BuiltUpon, Known};
use customer_domain::{DealId, PartyId};
use event_store::BoxError;

use super::stats::each;
use crate::supply::SupplyEntry;
use crate::trade::{DealEntry, DealStatus};
use crate::{Customers, supply, trade};

/// What others built upon a party, as far as this context has heard: the parties that lead to it, the deals it bought in,
/// called off or not, and those that stand and took its material. `gone` are deals, by their identities in the system before
/// this one, whose import was taken back already: of those that still stand here it has only not been heard yet.
///
/// Reads all deals of the party, like its statistics.
///
/// # Errors
/// When log or views do not answer.
pub async fn built_upon(
    customers: &Customers,
    party: PartyId,
    known: &Known,
    gone: &BTreeSet<String>,
) -> Result<BuiltUpon, BoxError> {
    let tenant = &customers.tenant;
    let mut deals: BTreeMap<DealId, Option<String>> = BTreeMap::new();
    for file in trade::files(customers, party, known).await? {
        each(customers, trade::partition(tenant, file), |deal: DealEntry| {
            if deal.status != DealStatus::Withdrawn {
                deals.insert(deal.deal_id, deal.legacy_id);
            }
        })
        .await?;
        // A supplier that a deal has no more is called off there.
        each(customers, supply::partition(tenant, file), |supply: SupplyEntry| {
            if supply.status == DealStatus::Confirmed {
                deals.insert(supply.deal_id, supply.legacy_id);
            }
        })
        .await?;
    }
    let is_gone = |legacy: &&Option<String>| legacy.as_ref().is_some_and(|id| gone.contains(id));
    let unheard = deals.values().filter(is_gone).count();
    let led_to = trade::family(customers, party).await?.len();
    Ok(BuiltUpon { led_to, deals: deals.len().saturating_sub(unheard), unheard })
}
