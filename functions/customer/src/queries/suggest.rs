use std::collections::BTreeMap;

use customer_domain::{PartyId, PartyName, Role};
use event_store::BoxError;
use kernel::text::Search;

use crate::Customers;
use crate::card::{NameEntry, Suggestion};
use crate::projections::names;

/// Parties that somebody may mean, those who bought last first, then by name.
///
/// Two queries at most, each of 200 entries of the index of names, and the reads that find out where merged parties lead,
/// `limit` of them at most: however many parties there are. Where more than 200 names begin like what was typed, the rest
/// has to be typed.
///
/// # Errors
/// When views or log do not answer.
pub async fn suggest(
    customers: &Customers,
    search: &Search,
    role: Option<Role>,
    limit: usize,
) -> Result<Vec<Suggestion>, BoxError> {
    let found = entries(customers, &search.probes()).await?;
    let found = found.into_iter().filter_map(|entry| found_by(search, &entry).map(|name| (entry, name)));
    let (standing, mut merged): (Vec<_>, Vec<_>) = found.partition(|(entry, _)| entry.into.is_none());
    let mut suggestions: BTreeMap<PartyId, Suggestion> = BTreeMap::new();
    for (entry, name) in standing {
        suggestions.insert(entry.id, suggestion(entry, name));
    }
    merged.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.last_deal_on));
    for (entry, name) in merged.into_iter().take(limit) {
        let Some(target) = customers.find(entry.id).await? else { continue };
        let Some(known) = target.stream.state().known() else { continue };
        let last_deal_on = entry.last_deal_on;
        let led_to = suggestions.entry(target.id).or_insert_with(|| Suggestion {
            id: target.id,
            name: known.details.name.clone(),
            alias: Some(name),
            roles: known.details.roles.iter().copied().collect(),
            active: known.details.active,
            last_deal_on,
        });
        led_to.last_deal_on = led_to.last_deal_on.max(last_deal_on);
    }
    let has_role = |suggestion: &Suggestion| role.is_none_or(|role| suggestion.roles.contains(&role));
    let mut suggestions: Vec<Suggestion> = suggestions.into_values().filter(has_role).collect();
    suggestions.sort_by(|a, b| b.last_deal_on.cmp(&a.last_deal_on).then_with(|| a.name.cmp(&b.name)));
    suggestions.truncate(limit);
    Ok(suggestions)
}

fn suggestion(entry: NameEntry, found_by: PartyName) -> Suggestion {
    Suggestion {
        id: entry.id,
        alias: (found_by != entry.name).then_some(found_by),
        name: entry.name,
        roles: entry.roles,
        active: entry.active,
        last_deal_on: entry.last_deal_on,
    }
}

/// What the index holds for these beginnings, each party once.
pub(super) async fn entries(
    customers: &Customers,
    beginnings: &[String],
) -> Result<Vec<NameEntry>, BoxError> {
    let mut entries: BTreeMap<PartyId, NameEntry> = BTreeMap::new();
    for body in names(&customers.tenant).bodies(customers.views.as_ref(), beginnings).await? {
        // Nothing stands where a party was taken back.
        let entry: Option<NameEntry> = serde_json::from_str(&body)?;
        entries.extend(entry.map(|entry| (entry.id, entry)));
    }
    Ok(entries.into_values().collect())
}

/// The name of the party that the search finds, if it finds one.
fn found_by(search: &Search, entry: &NameEntry) -> Option<PartyName> {
    std::iter::once(&entry.name).chain(&entry.aliases).find(|name| search.finds(name.as_str())).cloned()
}
