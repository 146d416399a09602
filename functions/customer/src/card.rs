//! A party as lists show it: nothing personal, so that nobody needs a key to read a list.

use customer_domain::party::Known;
use customer_domain::{PartyId, PartyName, Role, Tag};
use kernel::{BusinessDate, Inr};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An entry of the list of parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyCard {
    /// Its identity.
    pub id: PartyId,
    /// What it is called.
    pub name: PartyName,
    /// What it is or was called besides.
    pub aliases: Vec<PartyName>,
    /// What it is to the firm.
    pub roles: Vec<Role>,
    /// Whether the firm trades with it.
    pub active: bool,
    /// Words to group it by.
    pub tags: Vec<Tag>,
    /// Days to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_terms_days: Option<u16>,
    /// What it may owe at most; absent without the permission `cost:read`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_limit_inr: Option<Inr>,
    /// Its identities in the system it was imported from, if it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legacy_ids: Vec<String>,
    /// Whether its personal data was erased for good.
    pub erased: bool,
    /// Version of the party, as in the `ETag` of a single read.
    pub version: u64,
}

impl PartyCard {
    /// Shows a party.
    #[must_use]
    pub fn of(id: PartyId, known: &Known, version: u64) -> Self {
        let details = &known.details;
        Self {
            id,
            name: details.name.clone(),
            aliases: details.aliases.clone(),
            roles: details.roles.iter().copied().collect(),
            active: details.active,
            tags: details.tags.iter().cloned().collect(),
            payment_terms_days: details.payment_terms_days,
            credit_limit_inr: details.credit_limit,
            legacy_ids: details.legacy_ids.iter().cloned().collect(),
            erased: known.erased,
            version,
        }
    }
}

/// An entry of the index of names: what a suggestion is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NameEntry {
    /// The party.
    pub id: PartyId,
    /// The party it leads to, when it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<PartyId>,
    /// What it is called.
    pub name: PartyName,
    /// What it is or was called besides.
    pub aliases: Vec<PartyName>,
    /// What it is to the firm.
    pub roles: Vec<Role>,
    /// Whether the firm trades with it.
    pub active: bool,
    /// When it last bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_deal_on: Option<BusinessDate>,
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The party.
    pub id: PartyId,
    /// What it is called.
    pub name: PartyName,
    /// The alias that was found, when it was not the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<PartyName>,
    /// What it is to the firm.
    pub roles: Vec<Role>,
    /// Whether the firm trades with it.
    pub active: bool,
    /// When it last bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_deal_on: Option<BusinessDate>,
}
