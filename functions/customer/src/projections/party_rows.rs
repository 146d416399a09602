//! The list of parties: in order of their names, and so by role and by tag.

use std::collections::BTreeMap;

use customer_domain::party::Party;
use customer_domain::{NameKey, PartyId, Role, Tag};
use event_store::{BoxError, Index, Row};
use kernel::Tenant;

use crate::Customers;
use crate::card::PartyCard;

/// Which extra index lists all parties (and those with a tag), customers, and suppliers.
pub const PARTY_INDEXES: [Index; 3] = [Index::Extra(0), Index::Extra(1), Index::Extra(2)];

/// The index partition that lists a tenant's parties.
#[must_use]
pub fn parties_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#parties")
}

/// The index partition that lists the parties with a role.
#[must_use]
pub fn parties_with_role(tenant: &Tenant, role: Role) -> String {
    format!("T#{tenant}#parties#r#{role}")
}

/// The index partition that lists the parties with a tag.
#[must_use]
pub fn parties_with_tag(tenant: &Tenant, tag: &Tag) -> String {
    format!("T#{tenant}#parties#t#{tag}")
}

/// The index partition that lists the parties merged into another.
#[must_use]
pub fn merged_into_partition(tenant: &Tenant, into: PartyId) -> String {
    format!("T#{tenant}#merged#{into}")
}

/// Where the list row of a party stands, as partition and position.
#[must_use]
pub fn position(tenant: &Tenant, party: PartyId) -> (String, String) {
    (format!("T#{tenant}#party#{party}"), "card".to_owned())
}

/// Writes the rows of a party. A merged one leaves the lists, and is listed with the party it leads to; one whose import was
/// taken back leaves all of them. A tag it has no more keeps an empty row, because rows are replaced and never deleted.
pub(super) async fn project(
    customers: &Customers,
    party: PartyId,
    state: &Party,
    version: u64,
) -> Result<(), BoxError> {
    let Some(known) = state.last_known() else { return Ok(()) };
    let tenant = &customers.tenant;
    let place = format!("{}#{party}", NameKey::of(&known.details.name));
    let listed = known.merged_into.is_none() && !state.is_withdrawn();
    let has = |role| known.details.roles.contains(&role);
    let with_role = |role| (listed && has(role)).then(|| (parties_with_role(tenant, role), place.clone()));
    let (pk, sk) = position(tenant, party);
    let card = Row {
        pk: pk.clone(),
        sk,
        sequence: version,
        indexes: [
            match known.merged_into {
                Some(into) => Some((merged_into_partition(tenant, into), party.to_string())),
                None => listed.then(|| (parties_partition(tenant), place.clone())),
            },
            with_role(Role::Customer),
            with_role(Role::Supplier),
        ],
        attributes: BTreeMap::from([
            ("active".to_owned(), yes_or_no(known.details.active)),
            ("customer".to_owned(), yes_or_no(has(Role::Customer))),
            ("supplier".to_owned(), yes_or_no(has(Role::Supplier))),
        ]),
        body: serde_json::to_string(&PartyCard::of(party, known, version))?,
    };
    for tag in &known.tags_ever {
        let tagged = listed && known.details.tags.contains(tag);
        let listing = tagged.then(|| (parties_with_tag(tenant, tag), place.clone()));
        customers
            .views
            .put(Row { sk: format!("tag#{tag}"), indexes: [listing, None, None], ..card.clone() })
            .await?;
    }
    customers.views.put(card).await?;
    Ok(())
}

fn yes_or_no(truth: bool) -> String {
    if truth { "yes" } else { "no" }.to_owned()
}
