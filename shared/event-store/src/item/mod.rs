//! Commits as the flat items of the log table.
//!
//! There is one mapping, between a [`Commit`](crate::Commit) and a plain map of attributes. What travels is translated
//! from and to that map: the attribute values of the SDK (in `dynamodb`), and the DynamoDB JSON of stream records
//! ([`commit_from_image`]), which needs no SDK.

mod commit;
mod image;

use std::collections::BTreeMap;
use std::str::FromStr;

#[cfg(feature = "dynamodb")]
pub(crate) use commit::{SHARDS, day_shard, guard_pk, sort_key};
pub use image::{commit_from_image, commit_to_image};

use crate::BoxError;

/// Sort key of a guard's only item.
pub(crate) const GUARD_SK: &str = "G";
/// What the sort keys of commits begin with.
pub(crate) const COMMIT_SK: &str = "C#";

/// What cannot be read back from an item.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// An attribute is not there.
    #[error("attribute {0} is missing")]
    Missing(&'static str),
    /// An attribute has another type than it is written with.
    #[error("attribute {0} has an unexpected type")]
    Type(String),
    /// An attribute's contents make no sense.
    #[error("attribute {name} cannot be read")]
    Malformed {
        /// Which one.
        name: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
}

/// The two types of attributes in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attribute {
    /// `S`.
    Text(String),
    /// `N`, in decimal.
    Number(String),
}

/// A flat item, by attribute name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Item(BTreeMap<String, Attribute>);

impl Item {
    /// An item with its key.
    pub(crate) fn keyed(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self::default().with_text("pk", pk).with_text("sk", sk)
    }

    /// The item with one more text.
    #[must_use]
    pub(crate) fn with_text(mut self, name: &str, text: impl Into<String>) -> Self {
        self.insert(name.to_owned(), Attribute::Text(text.into()));
        self
    }

    /// The item with one more number.
    #[must_use]
    pub(crate) fn with_number(mut self, name: &str, number: impl ToString) -> Self {
        self.insert(name.to_owned(), Attribute::Number(number.to_string()));
        self
    }

    /// Puts an attribute, replacing what it held.
    pub(crate) fn insert(&mut self, name: String, attribute: Attribute) {
        self.0.insert(name, attribute);
    }

    /// Bytes as DynamoDB counts them, names included; numbers are counted generously.
    pub(crate) fn bytes(&self) -> usize {
        let size = |(name, attribute): (&String, &Attribute)| {
            let (Attribute::Text(value) | Attribute::Number(value)) = attribute;
            name.len() + value.len()
        };
        self.0.iter().map(size).sum()
    }

    /// The attributes that are left, by name.
    pub(crate) fn into_attributes(self) -> impl Iterator<Item = (String, Attribute)> {
        self.0.into_iter()
    }

    /// Takes a text out, if it is there.
    pub(crate) fn take_optional(&mut self, name: &'static str) -> Result<Option<String>, ItemError> {
        match self.0.remove(name) {
            Some(Attribute::Text(text)) => Ok(Some(text)),
            Some(Attribute::Number(_)) => Err(ItemError::Type(name.to_owned())),
            None => Ok(None),
        }
    }

    /// Takes a text out.
    pub(crate) fn take(&mut self, name: &'static str) -> Result<String, ItemError> {
        self.take_optional(name)?.ok_or(ItemError::Missing(name))
    }

    /// Takes a number out, if it is there.
    pub(crate) fn take_number<N>(&mut self, name: &'static str) -> Result<Option<N>, ItemError>
    where
        N: FromStr<Err: std::error::Error + Send + Sync + 'static>,
    {
        match self.0.remove(name) {
            Some(Attribute::Number(digits)) => digits.parse().map(Some).map_err(malformed(name)),
            Some(Attribute::Text(_)) => Err(ItemError::Type(name.to_owned())),
            None => Ok(None),
        }
    }
}

/// Names the attribute an error comes from.
pub(crate) fn malformed<E: Into<BoxError>>(name: &'static str) -> impl Fn(E) -> ItemError {
    move |error| ItemError::Malformed { name, source: error.into() }
}
