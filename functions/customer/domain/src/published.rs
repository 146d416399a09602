//! The facts other contexts may read. Self-contained, versioned, camelCase; additive changes keep the version.
//!
//! No fact carries personal data, sealed or not: what a context has copied, nobody here can erase.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::party::{Details, Event};
use crate::{NameKey, PartyId, PartyName, Roles};

/// `customer.party-created`, `customer.party-changed`: a party as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyDescribed {
    /// Which party.
    pub party_id: PartyId,
    /// What it is called.
    pub name: PartyName,
    /// Its name in the form in which names are compared.
    pub name_key: NameKey,
    /// What it is or was called besides; these lead to it too.
    pub aliases: Vec<PartyName>,
    /// What it is to the firm.
    pub roles: Roles,
    /// Whether the firm trades with it.
    pub active: bool,
}

/// `customer.party-import-withdrawn`: a party is as if it had never been imported, and its names are free; it may come back as
/// `party-created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyImportWithdrawn {
    /// Which party.
    pub party_id: PartyId,
    /// What it was called.
    pub name: PartyName,
    /// Its name in the form in which names are compared.
    pub name_key: NameKey,
    /// What else led to it.
    pub aliases: Vec<PartyName>,
}

/// `customer.party-merged`: one party leads to another from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyMerged {
    /// The party that was merged.
    pub party_id: PartyId,
    /// The party it leads to, which may lead to another in turn.
    pub into_id: PartyId,
}

/// `customer.party-unmerged`: a merged party stands for itself again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyUnmerged {
    /// The party that was merged.
    pub party_id: PartyId,
    /// The party it led to.
    pub from_id: PartyId,
}

/// `customer.party-erased`: what was personal about a party is gone for good; whoever kept a copy must delete it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyErased {
    /// Which party.
    pub party_id: PartyId,
}

/// A published fact of this context; serializes as its data alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PartyFact {
    /// `customer.party-created`
    Created(PartyDescribed),
    /// `customer.party-changed`
    Changed(PartyDescribed),
    /// `customer.party-import-withdrawn`
    ImportWithdrawn(PartyImportWithdrawn),
    /// `customer.party-merged`
    Merged(PartyMerged),
    /// `customer.party-unmerged`
    Unmerged(PartyUnmerged),
    /// `customer.party-erased`
    Erased(PartyErased),
}

impl PartyFact {
    /// The fact's type on the bus.
    #[must_use]
    pub const fn fact_type(&self) -> &'static str {
        match self {
            Self::Created(_) => "customer.party-created",
            Self::Changed(_) => "customer.party-changed",
            Self::ImportWithdrawn(_) => "customer.party-import-withdrawn",
            Self::Merged(_) => "customer.party-merged",
            Self::Unmerged(_) => "customer.party-unmerged",
            Self::Erased(_) => "customer.party-erased",
        }
    }

    /// What an event tells the others.
    #[must_use]
    pub fn of(party_id: PartyId, event: &Event) -> Self {
        match event {
            Event::PartyCreated { details } => Self::Created(described(party_id, details)),
            Event::PartyChanged { details } | Event::PartyReimported { details } => {
                Self::Changed(described(party_id, details))
            }
            Event::PartyImportWithdrawn { name, aliases } => Self::ImportWithdrawn(PartyImportWithdrawn {
                party_id,
                name: name.clone(),
                name_key: NameKey::of(name),
                aliases: aliases.clone(),
            }),
            Event::PartyMerged { into } => Self::Merged(PartyMerged { party_id, into_id: *into }),
            Event::PartyUnmerged { from } => Self::Unmerged(PartyUnmerged { party_id, from_id: *from }),
            Event::PartyErased => Self::Erased(PartyErased { party_id }),
        }
    }
}

fn described(party_id: PartyId, details: &Details) -> PartyDescribed {
    PartyDescribed {
        party_id,
        name: details.name.clone(),
        name_key: NameKey::of(&details.name),
        aliases: details.aliases.clone(),
        roles: details.roles.clone(),
        active: details.active,
    }
}
