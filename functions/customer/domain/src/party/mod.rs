//! A party: somebody the firm sells to or buys from.
//!
//! ```text
//!            create, import                merge
//! (nobody) ─────────────────▶ standing ──────────────▶ merged: leads to another party
//!                                 ▲                       │
//!                                 └────── unmerge ────────┘
//! ```
//!
//! An imported party that nothing was built upon may be withdrawn: it is nobody again, and its names are free. It comes back by
//! being imported or created again, with the same identity.
//!
//! Erasing is possible in either state and cannot be undone: name, roles and terms stay, because deals name the party, and
//! what is personal is gone. Every command that finds its effect already there changes nothing.

mod command;
mod details;
mod error;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use kernel::{Aggregate, Recorded};

pub use command::{BuiltUpon, Change, Command, Edit, Import};
pub use details::{Contact, Details, Personal};
pub use error::Refusal;
pub use event::Event;

use crate::{NameKey, PartyId, Tag};

/// The state of a party's stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    known: Option<Known>,
    /// Whether an import entered it.
    moved_in: bool,
    /// Whether people changed it since.
    changed_here: bool,
    /// Whether its import was taken back; what was known is left for the lists.
    withdrawn: bool,
}

/// A party that was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What is known about it.
    pub details: Details,
    /// The party it leads to, when it was merged.
    pub merged_into: Option<PartyId>,
    /// Whether its personal data was erased.
    pub erased: bool,
    /// Every tag it ever had: lists by tag must forget those it has no more.
    pub tags_ever: BTreeSet<Tag>,
}

impl Party {
    /// What is known of it; `None` before it was entered, and of one whose import was taken back.
    #[must_use]
    pub const fn known(&self) -> Option<&Known> {
        if self.withdrawn { None } else { self.known.as_ref() }
    }

    /// What was known of it last, also of one whose import was taken back: lists must forget it.
    #[must_use]
    pub const fn last_known(&self) -> Option<&Known> {
        self.known.as_ref()
    }

    /// Whether its import was taken back.
    #[must_use]
    pub const fn is_withdrawn(&self) -> bool {
        self.withdrawn
    }

    /// The names that lead to it.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<NameKey> {
        self.known().map(|known| known.details.keys()).unwrap_or_default()
    }

    fn existing(&self) -> Result<&Known, Refusal> {
        self.known().ok_or(Refusal::Unknown)
    }

    fn withdraw(&self, upon: BuiltUpon) -> Result<Vec<Event>, Refusal> {
        if self.withdrawn {
            return Ok(Vec::new());
        }
        let known = self.known().filter(|known| !known.details.legacy_ids.is_empty());
        let Details { name, aliases, .. } = &known.ok_or(Refusal::NotImported)?.details;
        match (known.and_then(|known| known.merged_into), upon) {
            _ if !self.moved_in => Err(Refusal::EnteredHere),
            _ if known.is_some_and(|known| known.erased) => Err(Refusal::Erased),
            (Some(into), _) => Err(Refusal::Merged(into)),
            _ if self.changed_here => Err(Refusal::ChangedHere),
            (None, BuiltUpon { led_to: 1.., .. }) => Err(Refusal::LedTo(upon.led_to)),
            (None, BuiltUpon { deals: 1.., .. }) => Err(Refusal::HasDeals(upon.deals)),
            (None, BuiltUpon { unheard: 1.., .. }) => Err(Refusal::Unheard(upon.unheard)),
            (None, BuiltUpon { led_to: 0, deals: 0, unheard: 0 }) => {
                Ok(vec![Event::PartyImportWithdrawn { name: name.clone(), aliases: aliases.clone() }])
            }
        }
    }
}

impl Known {
    fn changed_to(&self, details: Details) -> Vec<Event> {
        if details == self.details { Vec::new() } else { vec![Event::PartyChanged { details }] }
    }

    fn change(&self, change: &Change) -> Result<Vec<Event>, Refusal> {
        if let Some(into) = self.merged_into {
            return Err(Refusal::Merged(into));
        }
        if self.erased && change.is_personal() {
            return Err(Refusal::Erased);
        }
        let details = change.applied_to(&self.details);
        if details.roles.is_empty() { Err(Refusal::NoRoles) } else { Ok(self.changed_to(details)) }
    }

    /// Adds what is new; an erased party stays erased.
    fn import(&self, import: &Import) -> Vec<Event> {
        let mut details = self.details.clone();
        details.roles.extend(&import.roles);
        details.legacy_ids.extend(import.legacy_ids.iter().cloned());
        if !self.erased {
            details.personal.contacts.extend(import.contacts.iter().cloned());
            details.personal.addresses.extend(import.addresses.iter().cloned());
        }
        if details == self.details { Vec::new() } else { vec![Event::PartyReimported { details }] }
    }

    fn merge(&self, this: PartyId, into: PartyId, onward: &[PartyId]) -> Result<Vec<Event>, Refusal> {
        match self.merged_into {
            _ if this == into => Err(Refusal::IntoItself),
            Some(there) if there == into => Ok(Vec::new()),
            Some(there) => Err(Refusal::Merged(there)),
            None if onward.contains(&this) => Err(Refusal::Cycle),
            None => Ok(vec![Event::PartyMerged { into }]),
        }
    }
}

impl Import {
    fn as_new(&self) -> Details {
        Details {
            name: self.name.clone(),
            aliases: Vec::new(),
            roles: self.roles.clone(),
            active: self.active,
            tags: BTreeSet::new(),
            payment_terms_days: None,
            credit_limit: None,
            personal: Personal {
                contacts: self.contacts.clone(),
                addresses: self.addresses.clone(),
                ..Personal::default()
            },
            legacy_ids: self.legacy_ids.clone(),
        }
    }
}

fn created(details: &Details) -> Result<Vec<Event>, Refusal> {
    if details.roles.is_empty() {
        return Err(Refusal::NoRoles);
    }
    Ok(vec![Event::PartyCreated { details: details.with_distinct_names() }])
}

impl Aggregate for Party {
    const KIND: &'static str = "party";

    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        match (command, self.known()) {
            (Command::Create(details), None) => created(details),
            (Command::Create(_), Some(_)) => Err(Refusal::AlreadyExists),
            (Command::Import(import), None) => created(&import.as_new()),
            (Command::Import(import), Some(known)) => match known.merged_into {
                Some(into) => Err(Refusal::Merged(into)),
                None => Ok(known.import(import)),
            },
            (Command::Change(change), _) => self.existing()?.change(change),
            (Command::Merge { this, into, onward }, _) => self.existing()?.merge(*this, *into, onward),
            (Command::Unmerge, _) => match self.existing()?.merged_into {
                Some(from) => Ok(vec![Event::PartyUnmerged { from }]),
                None => Err(Refusal::NotMerged),
            },
            (Command::WithdrawImport(upon), _) => self.withdraw(*upon),
            (Command::Erase, _) => {
                Ok(if self.existing()?.erased { Vec::new() } else { vec![Event::PartyErased] })
            }
        }
    }

    fn evolve(mut self, recorded: &Recorded<Event>) -> Self {
        match (&mut self.known, &recorded.event) {
            (known, Event::PartyCreated { details }) => {
                // Of one that is back after its import was taken back, too.
                let mut tags_ever = known.take().map(|known| known.tags_ever).unwrap_or_default();
                tags_ever.extend(details.tags.iter().cloned());
                let details = details.clone();
                self.moved_in = !details.legacy_ids.is_empty();
                (self.changed_here, self.withdrawn) = (false, false);
                self.known = Some(Known { details, merged_into: None, erased: false, tags_ever });
            }
            (Some(known), Event::PartyChanged { details }) => {
                known.tags_ever.extend(details.tags.iter().cloned());
                known.details = details.clone();
                self.changed_here = true;
            }
            (Some(known), Event::PartyReimported { details }) => known.details = details.clone(),
            (Some(_), Event::PartyImportWithdrawn { .. }) => self.withdrawn = true,
            (Some(known), Event::PartyMerged { into }) => known.merged_into = Some(*into),
            (Some(known), Event::PartyUnmerged { .. }) => known.merged_into = None,
            (Some(known), Event::PartyErased) => {
                known.details.personal = Personal::default();
                known.erased = true;
            }
            // `decide` lets nothing happen to a party before it was entered.
            (None, _) => {}
        }
        self
    }
}
