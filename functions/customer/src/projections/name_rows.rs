//! The index of names: one row for each word of each name of a party, by how the rest of the name begins there.

use std::collections::{BTreeMap, BTreeSet};

use customer_domain::PartyId;
use customer_domain::party::Known;
use event_store::{BoxError, Row};
use kernel::Tenant;
use kernel::text::run_ons;

use crate::Customers;
use crate::card::NameEntry;
use crate::trade::{day_number, last_date};

/// How many characters choose the partition.
const PARTITION_CHARS: usize = 2;
/// Bits for the day of the last deal (`20991231` is below 2²⁵) beside the version of the party.
const DAY_BITS: u32 = 25;

/// The partition that holds what begins like this.
pub(crate) fn names_partition(tenant: &Tenant, beginning: &str) -> String {
    let two: String = beginning.chars().take(PARTITION_CHARS).collect();
    format!("T#{tenant}#names#{two}")
}

/// Writes the rows of a party's names, which say when it last bought.
///
/// They change with the party and with its trade. Each writer writes first what is its own (the commit; the date) and then
/// reads the other, so the later of two sees both, and the row's sequence grows with either.
pub(crate) async fn project(
    customers: &Customers,
    party: PartyId,
    known: &Known,
    version: u64,
) -> Result<(), BoxError> {
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
    let body = serde_json::to_string(&entry)?;
    let beginnings: BTreeSet<String> = details.names().flat_map(|name| run_ons(name.as_str())).collect();
    for beginning in beginnings {
        let row = Row {
            pk: names_partition(&customers.tenant, &beginning),
            sk: format!("{beginning}#{party}"),
            sequence: (version << DAY_BITS) | day_number(last_deal_on),
            indexes: [None, None, None],
            attributes: BTreeMap::new(),
            body: body.clone(),
        };
        customers.views.put(row).await?;
    }
    Ok(())
}
