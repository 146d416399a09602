use std::fmt;

use kernel::{Name, NameKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// An identifier declared with [`kernel::typed_id!`].
pub trait Identity:
    Copy + Ord + fmt::Debug + fmt::Display + Serialize + DeserializeOwned + Send + Sync + 'static
{
}

impl<I> Identity for I where
    I: Copy + Ord + fmt::Debug + fmt::Display + Serialize + DeserializeOwned + Send + Sync + 'static
{
}

/// How somebody says whom they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference<I> {
    /// By identity; that of a merged one leads on.
    Id(I),
    /// By any of its names, in any spelling that compares as the same.
    Name(Name),
}

impl<I: Identity> Reference<I> {
    /// The reference of a request that names somebody in one of two ways; `None` when it does so in neither or in both.
    #[must_use]
    pub fn one_of(id: Option<I>, name: Option<Name>) -> Option<Self> {
        match (id, name) {
            (Some(id), None) => Some(Self::Id(id)),
            (None, Some(name)) => Some(Self::Name(name)),
            (None, None) | (Some(_), Some(_)) => None,
        }
    }

    /// Where what it leads to stands in a directory: one place for everything that compares as the same.
    pub(crate) fn position(&self) -> String {
        match self {
            Self::Id(id) => format!("id#{id}"),
            Self::Name(name) => format!("name#{}", NameKey::of(name)),
        }
    }
}

impl<I: fmt::Display> fmt::Display for Reference<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// Who is meant: the one that stands for itself, whatever led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known<I> {
    /// Its identity.
    pub id: I,
    /// What it is called now.
    pub name: Name,
}

/// One whose name is near a name that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near<I> {
    /// Its identity.
    pub id: I,
    /// What it is called.
    pub name: Name,
}

/// Whom a reference means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<I> {
    /// This one.
    Known(Known<I>),
    /// Nobody; nearest first, these might be meant.
    Unknown(Vec<Near<I>>),
}
