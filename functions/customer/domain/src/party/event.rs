use serde::{Deserialize, Serialize};

use super::Details;
use crate::{PartyId, PartyName};

/// What can have happened to a party, as it is stored. Private: others read [`crate::published`]. Personal data is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was entered.
    PartyCreated {
        /// What is known about it.
        details: Details,
    },
    /// Something about it changed.
    PartyChanged {
        /// What is known about it now.
        details: Details,
    },
    /// The system before this one told more of it.
    PartyReimported {
        /// What is known about it now.
        details: Details,
    },
    /// Its import was taken back: nobody knows it any more until it is imported again, or entered. Its key stays, because what
    /// was sealed may come back.
    PartyImportWithdrawn {
        /// What it was called.
        name: PartyName,
        /// What else led to it.
        aliases: Vec<PartyName>,
    },
    /// It leads to another party from now on.
    PartyMerged {
        /// That party.
        into: PartyId,
    },
    /// It stands for itself again.
    PartyUnmerged {
        /// The party it led to.
        from: PartyId,
    },
    /// Its personal data was forgotten: the key of everything sealed before is destroyed.
    PartyErased,
}
