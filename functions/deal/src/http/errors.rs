//! How what goes wrong here is answered.

use deal_domain::TermsFault;
use deal_domain::deal::DealRefusal;
use directory::{DirectoryError, Reference};
use event_store::{ExecuteError, LogError, StorageError};
use http_kit::{ETag, FieldError, Problem};

use crate::commands::{Part, RegisterError, SaleFault};

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
            | DealRefusal::ImportedTerms
            | DealRefusal::NotStanding(_)
            | DealRefusal::Overtaken
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
        RegisterError::Refused(faults) => Problem::validation(faults.iter().map(sale)),
        RegisterError::Parties(DirectoryError::Damaged(_)) => Problem::internal(error),
        RegisterError::Catalogue(_) | RegisterError::Parties(_) => Problem::unavailable(error),
        RegisterError::Execute(error) => deal(error),
    }
}

/// Something wrong with a sale, at its place in the request.
fn sale(fault: &SaleFault) -> FieldError {
    match fault {
        SaleFault::UnknownProduct => {
            FieldError::pointer("/productId", "unknown", "is no product of the catalogue")
        }
        SaleFault::UnknownParty { part, reference, nearest } => {
            let (ending, hint) = match reference {
                Reference::Id(_) => ("Id", "is no party"),
                Reference::Name(_) => {
                    ("", "is no party; take one of the nearest, or enter it with createMissing=true")
                }
            };
            let pointer = match part {
                Part::Customer => format!("/customer{ending}"),
                Part::Supplier(position) => format!("/sources/{position}/purchase/supplier{ending}"),
            };
            let fault = FieldError::pointer(pointer, "unknown", hint);
            if nearest.is_empty() { fault } else { fault.with("nearest", nearest) }
        }
        SaleFault::Terms(fault) => rule(fault),
    }
}

/// Rules that the terms break, each at its place in the request.
fn terms(faults: &[TermsFault]) -> Problem {
    Problem::validation(faults.iter().map(rule))
}

fn rule(fault: &TermsFault) -> FieldError {
    let (pointer, code) = match fault {
        TermsFault::NoSources => ("/sources".to_owned(), "too-few"),
        TermsFault::TooManySources(_) => ("/sources".to_owned(), "too-many"),
        TermsFault::ForeignLot(position) => (format!("/sources/{position}/lotId"), "foreign-lot"),
        TermsFault::Overdrawn { .. } => ("/sources".to_owned(), "overdrawn"),
        TermsFault::Uncovered { .. } => ("/sources".to_owned(), "uncovered"),
    };
    FieldError::pointer(pointer, code, fault.to_string())
}
