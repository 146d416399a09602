//! How what goes wrong here is answered.

use deal_domain::TermsFault;
use deal_domain::deal::DealRefusal;
use event_store::{ExecuteError, LogError, StorageError};
use http_kit::{ETag, FieldError, Problem};

use crate::commands::RegisterError;

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

/// A command that had no effect.
pub(super) fn deal(error: &ExecuteError<DealRefusal>) -> Problem {
    match error {
        ExecuteError::Refused(DealRefusal::Terms(faults)) => terms(faults),
        ExecuteError::Refused(DealRefusal::Unknown) => Problem::not_found("deal"),
        ExecuteError::Refused(
            refusal @ (DealRefusal::Rejected
            | DealRefusal::Imported
            | DealRefusal::NotImported
            | DealRefusal::BuiltUpon
            | DealRefusal::ImportedOnAnotherDay),
        ) => Problem::conflict(refusal.to_string()),
        // An identity derived from a key that another body has used.
        ExecuteError::Refused(DealRefusal::AlreadyRegistered) | ExecuteError::KeyReused => {
            Problem::key_reused()
        }
        ExecuteError::Stale { found, .. } => Problem::precondition_failed(&ETag::version(*found)),
        ExecuteError::Busy(_) => Problem::unavailable(error),
        ExecuteError::Log(log) => unreadable(log),
        ExecuteError::GuardTaken(_) | ExecuteError::Append(_) | ExecuteError::Encode(_) => {
            Problem::internal(error)
        }
    }
}

/// A deal that was not registered.
pub(super) fn registration(error: &RegisterError) -> Problem {
    match error {
        RegisterError::UnknownProduct => Problem::validation([FieldError::pointer(
            "/productId",
            "unknown",
            "is no product of the catalogue",
        )]),
        RegisterError::Terms(faults) => terms(faults),
        RegisterError::Catalogue(_) => Problem::unavailable(error),
        RegisterError::Execute(error) => deal(error),
    }
}

/// Rules that the terms break, each at its place in the request.
pub(super) fn terms(faults: &[TermsFault]) -> Problem {
    Problem::validation(faults.iter().map(|fault| {
        let (pointer, code) = match fault {
            TermsFault::NoSources => ("/sources".to_owned(), "too-few"),
            TermsFault::TooManySources(_) => ("/sources".to_owned(), "too-many"),
            TermsFault::ForeignLot(position) => (format!("/sources/{position}/lotId"), "foreign-lot"),
            TermsFault::Overdrawn { .. } => ("/sources".to_owned(), "overdrawn"),
            TermsFault::Uncovered { .. } => ("/sources".to_owned(), "uncovered"),
        };
        FieldError::pointer(pointer, code, fault.to_string())
    }))
}
