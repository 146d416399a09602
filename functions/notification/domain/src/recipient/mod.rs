//! Somebody who is told, and the addresses at which they are.

mod address;
mod card;
mod key;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

pub use address::{Address, AddressError};
pub use card::{Card, CardFault, CardFaults, Field};
pub use key::{RecipientKey, RecipientKeyError};

use crate::Phone;

/// Somebody who is told: by their first channel, and where that certainly does not reach them, by the next. Written as a
/// [`Card`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Card", into = "Card")]
pub struct Recipient {
    name: String,
    first: Address,
    /// At most one of each channel, and none of the first one's.
    others: Vec<Address>,
}

impl Recipient {
    /// Somebody who is told at one address.
    #[must_use]
    pub fn at(name: &str, address: Address) -> Self {
        Self { name: name.to_owned(), first: address, others: Vec::new() }
    }

    /// How they are called, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where they are told, in the order it is tried. At least one.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The address that is tried after `given_up` others; the last one, when there is none left.
    #[must_use]
    pub fn address(&self, given_up: usize) -> &Address {
        let last = self.others.last().unwrap_or(&self.first);
        self.addresses().nth(given_up).unwrap_or(last)
    }

    /// Whether there is an address left after `given_up` were given up.
    #[must_use]
    pub fn has_another(&self, given_up: usize) -> bool {
        given_up < self.others.len()
    }

    /// Their telephone number, where they have one.
    #[must_use]
    pub fn phone(&self) -> Option<&Phone> {
        self.addresses().find_map(Address::phone)
    }

    /// What tells them from others: their number, or else their first address.
    #[must_use]
    pub fn key(&self) -> RecipientKey {
        RecipientKey::new(self.phone().map_or_else(|| self.first.to_string(), Phone::to_string))
    }

    /// The first address that somebody else is told at, too.
    #[must_use]
    pub fn shared_with(&self, other: &Self) -> Option<&Address> {
        self.addresses().find(|address| other.addresses().any(|theirs| theirs == *address))
    }
}

impl JsonSchema for Recipient {
    fn schema_name() -> Cow<'static, str> {
        "Recipient".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Card::json_schema(generator)
    }
}
