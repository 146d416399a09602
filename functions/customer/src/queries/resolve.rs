use std::collections::BTreeMap;

use customer_domain::{NameKey, PartyId, PartyName};
use event_store::BoxError;
use kernel::text::run_ons;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parties::first_parties;
use super::suggest::entries;
use crate::Customers;
use crate::card::PartyCard;

/// Most parties whose names are compared with one that nobody has.
const MOST_COMPARED: usize = 1_000;
/// Most words of a name by which parties beyond those are sought.
const MOST_WORDS: usize = 4;
/// How much of the beginning of such a word must fit.
const FITTING_CHARS: usize = 3;
/// Most near names that are told.
const MOST_NEAR: usize = 5;
/// Names less alike than this (Jaro-Winkler) are not what was meant.
const ALIKE: f64 = 0.7;

/// A party whose name is near one that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Nearest {
    /// The party.
    pub id: PartyId,
    /// What it is called.
    pub name: PartyName,
}

/// The five parties whose names are nearest to this one, nearest first.
///
/// Compared are the first 1,000 parties in order of name (one query), and where there are more, those that have a word which
/// begins like one of the first four words of the name (four queries).
///
/// # Errors
/// When the views do not answer.
pub async fn nearest(customers: &Customers, name: &PartyName) -> Result<Vec<Nearest>, BoxError> {
    let page = first_parties(customers, MOST_COMPARED).await?;
    let mut candidates: BTreeMap<PartyId, (PartyName, Vec<PartyName>)> = BTreeMap::new();
    for row in page.rows {
        let card: PartyCard = serde_json::from_str(&row.body)?;
        candidates.insert(card.id, (card.name, card.aliases));
    }
    if page.next.is_some() {
        let beginnings: Vec<String> = run_ons(name.as_str())
            .iter()
            .take(MOST_WORDS)
            .map(|word| word.chars().take(FITTING_CHARS).collect())
            .collect();
        for entry in entries(customers, &beginnings).await? {
            if entry.into.is_none() {
                candidates.insert(entry.id, (entry.name, entry.aliases));
            }
        }
    }
    let asked = NameKey::of(name);
    let likeness = |known: &PartyName| strsim::jaro_winkler(NameKey::of(known).as_str(), asked.as_str());
    let mut near: Vec<(f64, Nearest)> = candidates
        .into_iter()
        .map(|(id, (name, aliases))| {
            let best = aliases.iter().map(likeness).fold(likeness(&name), f64::max);
            (best, Nearest { id, name })
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.name.cmp(&y.name)));
    Ok(near.into_iter().take(MOST_NEAR).map(|(_, near)| near).collect())
}
