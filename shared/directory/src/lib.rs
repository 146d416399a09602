//! What a context knows of the named things that another context owns: a small copy of their names, kept from the owner's
//! facts, with the owner itself behind it for a name so new that its fact has not arrived.
//!
//! | question | answered by |
//! |---|---|
//! | whom does somebody mean | [`Directory::find`]; with other rows in one read, [`Directory::keys`] and [`Directory::resolve`] |
//! | how the copy follows the owner | [`Directory::describe`], [`Directory::lead`], [`Directory::withdraw`]; from facts of parties, [`Directory::hear_of_party`] |
//! | what is asked of the owner | [`Owner`]; by invoking its function, [`OwnerFunction`]; in memory, [`MemoryOwner`] |
//!
//! A thing has one name and any number of others that lead to it, compared by [`kernel::NameKey`]; it may be merged into
//! another and then leads there. Deliberately absent: what the things are, and any list of them.

mod function;
mod keeping;
mod memory;
mod owner;
mod party_facts;
mod reference;
mod resolving;
mod rows;

use std::sync::Arc;

use event_store::{StorageError, Views};

pub use function::OwnerFunction;
pub use memory::{Asked, MemoryOwner};
pub use owner::{Owner, OwnerError};
pub use reference::{Answer, Identity, Known, Near, Reference};
pub use rows::Description;

/// The copy of one kind of named things, and their owner.
pub struct Directory<I> {
    name: &'static str,
    views: Arc<dyn Views>,
    owner: Arc<dyn Owner<I>>,
}

impl<I> Directory<I> {
    /// The directory that is kept in `views` under this name.
    #[must_use]
    pub fn new(name: &'static str, views: Arc<dyn Views>, owner: Arc<dyn Owner<I>>) -> Self {
        Self { name, views, owner }
    }
}

impl<I> Clone for Directory<I> {
    fn clone(&self) -> Self {
        Self { name: self.name, views: Arc::clone(&self.views), owner: Arc::clone(&self.owner) }
    }
}

impl<I> std::fmt::Debug for Directory<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Somebody cannot be looked up, or what is known cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The table does not answer.
    #[error("the directory cannot be read or written")]
    Storage(#[from] StorageError),
    /// A row makes no sense.
    #[error("a row of the directory is damaged")]
    Damaged(#[from] serde_json::Error),
    /// What is not in the table was to be asked of its owner.
    #[error(transparent)]
    Owner(#[from] OwnerError),
}
