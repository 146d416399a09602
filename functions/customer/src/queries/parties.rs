use customer_domain::{Role, Tag};
use event_store::{Filter, Index, Page, Position, Query, StorageError};
use kernel::text::comparable;

use crate::Customers;
use crate::projections::{PARTY_INDEXES, parties_partition, parties_with_role, parties_with_tag};

/// Which parties to list; what is `None` does not narrow the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyFilter {
    /// With this role.
    pub role: Option<Role>,
    /// With which the firm trades, or does not.
    pub active: Option<bool>,
    /// With this tag.
    pub tag: Option<Tag>,
    /// Whose name begins like this, however it is typed.
    pub q: Option<String>,
}

/// One page of parties in order of their names: one walk of the narrowest index the filter allows, filtering the rest.
/// Merged parties are not listed.
///
/// # Errors
/// When the view cannot be read.
pub async fn parties(
    customers: &Customers,
    filter: &PartyFilter,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let tenant = &customers.tenant;
    let [all, customer, supplier] = PARTY_INDEXES;
    let (index, partition) = match (&filter.tag, filter.role) {
        (Some(tag), _) => (all, parties_with_tag(tenant, tag)),
        (None, Some(role @ Role::Customer)) => (customer, parties_with_role(tenant, role)),
        (None, Some(role @ Role::Supplier)) => (supplier, parties_with_role(tenant, role)),
        (None, None) => (all, parties_partition(tenant)),
    };
    let filters = [
        filter.role.filter(|_| index == all).map(|role| Filter::Equals(role.as_str(), "yes".to_owned())),
        filter.active.map(|active| Filter::Equals("active", if active { "yes" } else { "no" }.to_owned())),
    ];
    let beginning = filter.q.as_deref().map(comparable).filter(|beginning| !beginning.is_empty());
    let query = Query {
        index,
        partition,
        // The largest character: nothing that begins so comes after it.
        to: beginning.as_ref().map(|beginning| format!("{beginning}{}", char::MAX)),
        from: beginning,
        descending: false,
        filters: filters.into_iter().flatten().collect(),
        limit,
        after,
    };
    customers.views.query(query).await
}

/// All parties from the beginning of the list, at most `limit`: for comparing names.
pub(super) async fn first_parties(customers: &Customers, limit: usize) -> Result<Page, StorageError> {
    let query = Query {
        index: Index::Extra(0),
        partition: parties_partition(&customers.tenant),
        from: None,
        to: None,
        descending: false,
        filters: Vec::new(),
        limit,
        after: None,
    };
    customers.views.query(query).await
}
