//! How what goes wrong here is answered.

use customer_domain::PartyId;
use customer_domain::party::Refusal;
use event_store::{BoxError, ExecuteError, LogError, StorageError};
use http::HeaderValue;
use http::header::LOCATION;
use http_kit::{ETag, FieldError, Problem};

use crate::commands::{MergeError, WriteError};
use crate::personal::PersonalError;
use crate::ports::VaultError;
use crate::queries::LookupError;
use crate::vault::KeyError;

/// A log that cannot be read.
pub(super) fn unreadable(error: &LogError) -> Problem {
    match error {
        LogError::Unavailable(_) => Problem::unavailable(error),
        LogError::Broken { .. } | LogError::Rejected(_) => Problem::internal(error),
    }
}

/// A view that cannot be read.
pub(super) fn unlisted(error: &StorageError) -> Problem {
    match error {
        StorageError::Unavailable { .. } => Problem::unavailable(error),
        StorageError::Failed { .. } => Problem::internal(error),
    }
}

/// Something below that failed, whatever it was: worth another try when a table or the log was out of reach.
pub(super) fn failed(error: &BoxError) -> Problem {
    if let Some(error) = error.downcast_ref::<LogError>() {
        unreadable(error)
    } else if let Some(error) = error.downcast_ref::<StorageError>() {
        unlisted(error)
    } else {
        Problem::internal(error.as_ref())
    }
}

/// A key that is not to be had.
fn key(error: &KeyError) -> Problem {
    match error {
        KeyError::Vault(VaultError::Unavailable(_)) => Problem::unavailable(error),
        KeyError::Storage(error) => unlisted(error),
        KeyError::Vault(VaultError::Refused(_)) | KeyError::Damaged(_) => Problem::internal(error),
    }
}

/// Personal data that cannot be sealed or opened.
pub(super) fn personal(error: &PersonalError) -> Problem {
    match error {
        PersonalError::Key(error) => key(error),
        // The party was erased between two reads: the next one finds nothing to open.
        PersonalError::Missing => Problem::unavailable(error),
        PersonalError::Seal(_) | PersonalError::Damaged(_) => Problem::internal(error),
    }
}

/// A party command that had no effect.
pub(super) fn party(error: &ExecuteError<Refusal>) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(*refusal),
        ExecuteError::Stale { found, .. } => Problem::precondition_failed(&ETag::version(*found)),
        ExecuteError::KeyReused => Problem::key_reused(),
        ExecuteError::Busy(_) => Problem::unavailable(error),
        ExecuteError::Log(log) => unreadable(log),
        ExecuteError::GuardTaken(_) | ExecuteError::Append(_) | ExecuteError::Encode(_) => {
            Problem::internal(error)
        }
    }
}

fn refused(refusal: Refusal) -> Problem {
    let at = |pointer: &str, code| {
        Problem::validation([FieldError::pointer(pointer.to_owned(), code, refusal.to_string())])
    };
    match refusal {
        Refusal::Unknown => Problem::not_found("party"),
        Refusal::NoRoles => at("/roles", "too-few"),
        Refusal::IntoItself => at("/intoId", "same"),
        Refusal::Cycle => at("/intoId", "cycle"),
        Refusal::Merged(into) => existing(Problem::conflict(refusal.to_string()), into),
        Refusal::AlreadyExists
        | Refusal::NotMerged
        | Refusal::NotImported
        | Refusal::EnteredHere
        | Refusal::ChangedHere
        | Refusal::LedTo(_)
        | Refusal::HasDeals(_)
        | Refusal::Unheard(_)
        | Refusal::Erased => Problem::conflict(refusal.to_string()),
    }
}

/// A party that was not written.
pub(super) fn written(error: &WriteError) -> Problem {
    match error {
        WriteError::NameTaken { existing: id, .. } => existing(Problem::conflict(error.to_string()), *id),
        WriteError::ForeignGstin => {
            Problem::validation([FieldError::pointer("/gstin", "foreign", error.to_string())])
        }
        WriteError::Personal(error) => personal(error),
        WriteError::Log(error) => unreadable(error),
        WriteError::Execute(error) => party(error),
    }
}

/// Parties that were not merged.
pub(super) fn merged(error: &MergeError) -> Problem {
    match error {
        MergeError::UnknownTarget => {
            Problem::validation([FieldError::pointer("/intoId", "unknown", "is no party")])
        }
        MergeError::Log(error) => unreadable(error),
        MergeError::Execute(error) => party(error),
    }
}

/// Nothing could be looked up.
pub(super) fn looked_up(error: &LookupError) -> Problem {
    match error {
        LookupError::Log(error) => unreadable(error),
        LookupError::Storage(error) => unlisted(error),
        LookupError::Key(error) => key(error),
        LookupError::Personal(error) => personal(error),
    }
}

/// Says which party is in the way, and where it is found.
fn existing(problem: Problem, id: PartyId) -> Problem {
    let problem = problem.with("existingId", id);
    match HeaderValue::from_str(&format!("/v1/parties/{id}")) {
        Ok(location) => problem.with_header(LOCATION, location),
        Err(_) => problem,
    }
}
