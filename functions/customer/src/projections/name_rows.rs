//! The index of names: one row for each word of each name of a party, by how the rest of the name begins there.

use customer_domain::PartyId;
use customer_domain::party::Party;
use event_store::BoxError;
use event_store::views::NameIndex;
use kernel::Tenant;

use crate::Customers;
use crate::card::NameEntry;
use crate::trade::{day_number, last_date};

/// Bits for the day of the last deal (`20991231` is below 2²⁵) beside the version of the party.
const DAY_BITS: u32 = 25;

/// The index of a tenant's names.
pub(crate) fn names(tenant: &Tenant) -> NameIndex {
    NameIndex::new(format!("T#{tenant}#names"))
}

/// Writes the rows of a party's names, which say when it last bought; those of one whose import was taken back say nothing.
///
/// They change with the party and with its trade. Each writer writes first what is its own (the commit; the date) and then
/// reads the other, so the later of two sees both, and the row's sequence grows with either.
pub(crate) async fn project(
    customers: &Customers,
    party: PartyId,
    state: &Party,
    version: u64,
) -> Result<(), BoxError> {
    let Some(known) = state.last_known() else { return Ok(()) };
    let details = &known.details;
    let last_deal_on = last_date(customers, party, known).await?;
    let entry = NameEntry {
        id: party,
        into: known.merged_into,
        name: details.name.clone(),
        aliases: details.aliases.clone(),
        roles: details.roles.iter().copied().collect(),
        active: details.active,
        last_deal_on,
    };
    let body = serde_json::to_string(&(!state.is_withdrawn()).then_some(entry))?;
    let names_of_party = details.names().map(|name| name.as_str());
    let sequence = (version << DAY_BITS) | day_number(last_deal_on);
    for row in names(&customers.tenant).rows(names_of_party, &party.to_string(), sequence, &body) {
        customers.views.put(row).await?;
    }
    Ok(())
}
