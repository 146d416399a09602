use std::collections::BTreeSet;

use kernel::Inr;
use serde::{Deserialize, Serialize};

use crate::{NameKey, PartyName, Roles, Sealed, Tag};

/// What is known about a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// What it is called.
    pub name: PartyName,
    /// What it is or was called besides; never shrinks, so that old names keep leading to it.
    pub aliases: Vec<PartyName>,
    /// What it is to the firm; never empty.
    pub roles: Roles,
    /// Whether the firm trades with it.
    pub active: bool,
    /// Words to group it by.
    pub tags: BTreeSet<Tag>,
    /// Days it has to pay, or gives the firm to pay.
    pub payment_terms_days: Option<u16>,
    /// What it may owe at most; whole paise.
    pub credit_limit: Option<Inr>,
    /// People, addresses and tax numbers.
    pub personal: Personal,
    /// Where it comes from in the system before this one: `<table>:<id>`.
    pub legacy_ids: BTreeSet<String>,
}

/// What is gone when a party is erased. Every value is sealed with the party's own key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Personal {
    /// The people to talk to.
    pub contacts: Vec<Contact>,
    /// Where it is; each a sealed JSON object.
    pub addresses: Vec<Sealed>,
    /// GST number; it contains the PAN, which is a person's where the party is one.
    pub gstin: Option<Sealed>,
    /// Income tax number.
    pub pan: Option<Sealed>,
}

/// A person to talk to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub name: Option<Sealed>,
    /// Telephone numbers.
    pub phones: Vec<Sealed>,
    /// E-mail addresses.
    pub emails: Vec<Sealed>,
}

impl Details {
    /// Name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &PartyName> {
        std::iter::once(&self.name).chain(&self.aliases)
    }

    /// The keys of name and aliases.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<NameKey> {
        self.names().map(NameKey::of).collect()
    }

    /// Calls it by another name; the old one becomes an alias, unless it is the same in another spelling.
    pub(super) fn rename(&mut self, name: &PartyName) {
        let former = std::mem::replace(&mut self.name, name.clone());
        self.aliases.retain(|alias| NameKey::of(alias) != NameKey::of(name));
        self.add_alias(&former);
    }

    /// Lets another name lead to it.
    pub(super) fn add_alias(&mut self, alias: &PartyName) {
        if !self.keys().contains(&NameKey::of(alias)) {
            self.aliases.push(alias.clone());
        }
    }

    /// With every name once.
    pub(super) fn with_distinct_names(&self) -> Self {
        let mut details = Self { aliases: Vec::new(), ..self.clone() };
        for alias in &self.aliases {
            details.add_alias(alias);
        }
        details
    }
}

impl Personal {
    /// Whether there is nothing to seal or to erase.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
