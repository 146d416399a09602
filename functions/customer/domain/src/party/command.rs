use std::collections::BTreeSet;

use kernel::Inr;

use super::{Contact, Details};
use crate::{NameKey, PartyId, PartyName, Roles, Sealed, Tag};

/// What can be asked of a party. That a name is free is guarded by the log, beside the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Enter it.
    Create(Details),
    /// Change what is named.
    Change(Change),
    /// Let it lead to another party from now on.
    Merge {
        /// Its own identity.
        this: PartyId,
        /// The party it turns out to be.
        into: PartyId,
        /// What that one leads to in turn, up to the last.
        onward: Vec<PartyId>,
    },
    /// Let it stand for itself again.
    Unmerge,
    /// Forget its personal data for good.
    Erase,
    /// Enter it, or add what is new about it.
    Import(Import),
    /// Take its import back, as if it had never moved in.
    WithdrawImport(BuiltUpon),
}

/// What others built upon a party, as far as this context has heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BuiltUpon {
    /// How many parties lead to it.
    pub led_to: usize,
    /// How many deals name it.
    pub deals: usize,
    /// How many deals name it that were taken back where they are.
    pub unheard: usize,
}

/// A change of one value that may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// Leave it.
    #[default]
    Keep,
    /// Remove it.
    Clear,
    /// Replace it.
    Set(T),
}

impl<T: Clone> Edit<T> {
    pub(super) fn apply(&self, value: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *value = None,
            Self::Set(new) => *value = Some(new.clone()),
        }
    }
}

/// What to change; `None` leaves a value as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Another name; the old one keeps leading to the party.
    pub name: Option<PartyName>,
    /// More names that lead to it.
    pub aliases: Vec<PartyName>,
    /// All its roles.
    pub roles: Option<Roles>,
    /// Whether the firm trades with it.
    pub active: Option<bool>,
    /// All its tags.
    pub tags: Option<BTreeSet<Tag>>,
    /// Days to pay.
    pub payment_terms_days: Edit<u16>,
    /// What it may owe at most.
    pub credit_limit: Edit<Inr>,
    /// All its people.
    pub contacts: Option<Vec<Contact>>,
    /// All its addresses.
    pub addresses: Option<Vec<Sealed>>,
    /// GST number.
    pub gstin: Edit<Sealed>,
    /// Income tax number.
    pub pan: Edit<Sealed>,
}

/// A party of the system before this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What it is called there.
    pub name: PartyName,
    /// Where it stands there.
    pub legacy_ids: BTreeSet<String>,
    /// What it is there; added to what it is here.
    pub roles: Roles,
    /// Whether the firm trades with it; only for a party that is new here.
    pub active: bool,
    /// People that are not known here yet.
    pub contacts: Vec<Contact>,
    /// Addresses that are not known here yet.
    pub addresses: Vec<Sealed>,
}

impl Change {
    pub(super) fn is_personal(&self) -> bool {
        self.contacts.is_some()
            || self.addresses.is_some()
            || self.gstin != Edit::Keep
            || self.pan != Edit::Keep
    }

    pub(super) fn applied_to(&self, present: &Details) -> Details {
        let mut details = present.clone();
        if let Some(name) = &self.name {
            details.rename(name);
        }
        for alias in &self.aliases {
            details.add_alias(alias);
        }
        replace(&mut details.roles, self.roles.as_ref());
        replace(&mut details.active, self.active.as_ref());
        replace(&mut details.tags, self.tags.as_ref());
        self.payment_terms_days.apply(&mut details.payment_terms_days);
        self.credit_limit.apply(&mut details.credit_limit);
        replace(&mut details.personal.contacts, self.contacts.as_ref());
        replace(&mut details.personal.addresses, self.addresses.as_ref());
        self.gstin.apply(&mut details.personal.gstin);
        self.pan.apply(&mut details.personal.pan);
        details
    }
}

fn replace<T: Clone>(value: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        *value = new.clone();
    }
}

impl Command {
    /// The names the command takes, beyond those in `held`: each needs a guard of its own.
    #[must_use]
    pub fn takes(&self, held: &BTreeSet<NameKey>) -> BTreeSet<NameKey> {
        let named: BTreeSet<NameKey> = match self {
            Self::Create(details) => details.keys(),
            Self::Change(change) => change.name.iter().chain(&change.aliases).map(NameKey::of).collect(),
            Self::Import(import) if held.is_empty() => BTreeSet::from([NameKey::of(&import.name)]),
            Self::Import(_) | Self::WithdrawImport(_) | Self::Merge { .. } | Self::Unmerge | Self::Erase => {
                BTreeSet::new()
            }
        };
        named.difference(held).cloned().collect()
    }
}
