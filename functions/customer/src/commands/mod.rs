//! What can be asked of parties: one file per use case, each look up → seal → decide → append → return.

mod change_party;
mod create_party;
mod erase_party;
mod import_parties;
mod merge_party;
mod rotate_keys;
mod withdraw_party;

pub use change_party::{PartyChange, change_party};
pub use create_party::{NewParty, create_party};
pub use erase_party::erase_party;
pub use import_parties::{ImportOutcome, LegacyParty, import_party};
pub use merge_party::{MergeError, merge_party, unmerge_party};
pub use rotate_keys::{RotateError, rotate_keys};
pub use withdraw_party::{WithdrawError, withdraw_party};

use customer_domain::party::Refusal;
use customer_domain::{NameKey, PartyId};
use event_store::{ExecuteError, LogError};

use crate::personal::PersonalError;
use crate::{Customers, name_guard};

/// Why a party was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// One of the names belongs to another party.
    #[error("the name {name} belongs to another party")]
    NameTaken {
        /// That name.
        name: NameKey,
        /// The party it leads to.
        existing: PartyId,
    },
    /// The GST number was given to the holder of another PAN.
    #[error("the GSTIN belongs to the holder of another PAN")]
    ForeignGstin,
    /// Personal data cannot be sealed, or what is there cannot be opened.
    #[error("personal data could not be sealed")]
    Personal(#[from] PersonalError),
    /// The log cannot be read.
    #[error("the party cannot be read")]
    Log(#[from] LogError),
    /// See [`ExecuteError`].
    #[error(transparent)]
    Execute(ExecuteError<Refusal>),
}

/// Guards for names that a party is about to take.
fn guards(names: &[NameKey], party: PartyId) -> Vec<event_store::Guard> {
    names.iter().map(|name| name_guard(name, party)).collect()
}

/// What the caller is told of a failed write: who holds a name that is taken.
async fn explained(customers: &Customers, names: &[NameKey], error: ExecuteError<Refusal>) -> WriteError {
    let ExecuteError::GuardTaken(at) = error else { return WriteError::Execute(error) };
    let Some(name) = names.get(at).cloned() else { return WriteError::Execute(error) };
    match customers.find_by_name(&name).await {
        Ok(Some(found)) => WriteError::NameTaken { name, existing: found.id },
        Ok(None) => WriteError::Execute(error),
        Err(unread) => WriteError::Log(unread),
    }
}
