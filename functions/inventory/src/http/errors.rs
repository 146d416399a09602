//! How what goes wrong here is answered.

use directory::{DirectoryError, Reference};
use event_store::{ExecuteError, LogError, StorageError};
use http_kit::{ETag, FieldError, Problem};
use inventory_domain::product::ProductRefusal;
use inventory_domain::stock::StockRefusal;

use crate::commands::{ReceiptFault, ReceiveError};

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

/// A command that had no effect; `refused` answers what the domain said.
fn unexecuted<R: std::error::Error>(error: &ExecuteError<R>, refused: impl FnOnce(&R) -> Problem) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(refusal),
        ExecuteError::Stale { found, .. } => Problem::precondition_failed(&ETag::version(*found)),
        ExecuteError::KeyReused => Problem::key_reused(),
        ExecuteError::Busy(_) => Problem::unavailable(error),
        ExecuteError::Log(log) => unreadable(log),
        ExecuteError::GuardTaken(_) | ExecuteError::Append(_) | ExecuteError::Encode(_) => {
            Problem::internal(error)
        }
    }
}

/// A product command that had no effect.
pub(super) fn product(error: &ExecuteError<ProductRefusal>) -> Problem {
    unexecuted(error, |refusal| match refusal {
        ProductRefusal::CodeTaken(_)
        | ProductRefusal::NotImported
        | ProductRefusal::Adopted
        | ProductRefusal::Changed
        | ProductRefusal::HasLots(_) => Problem::conflict(refusal.to_string()),
        ProductRefusal::Unknown => Problem::not_found("product"),
    })
}

/// A stock command that had no effect.
pub(super) fn stock(error: &ExecuteError<StockRefusal>) -> Problem {
    unexecuted(error, |refusal| match refusal {
        StockRefusal::UnknownLot(_) => Problem::not_found("lot"),
        StockRefusal::AdjustedBelowZero { .. } => {
            Problem::validation([FieldError::pointer("/quantityKg", "insufficient", refusal.to_string())])
        }
        StockRefusal::ImportedOtherwise { .. }
        | StockRefusal::NotImported(_)
        | StockRefusal::BuiltUpon(_) => Problem::conflict(refusal.to_string()),
        StockRefusal::NothingToAdjust => {
            Problem::validation([FieldError::pointer("/quantityKg", "zero", refusal.to_string())])
        }
    })
}

/// A receipt that had no effect.
pub(super) fn receipt(error: &ReceiveError) -> Problem {
    match error {
        ReceiveError::Refused(faults) => Problem::validation(faults.iter().map(unknown)),
        ReceiveError::Log(log) => unreadable(log),
        ReceiveError::Parties(DirectoryError::Damaged(_)) => Problem::internal(error),
        ReceiveError::Parties(_) => Problem::unavailable(error),
        ReceiveError::Execute(error) => stock(error),
    }
}

/// What a receipt names and nobody knows, at its place in the request.
fn unknown(fault: &ReceiptFault) -> FieldError {
    match fault {
        ReceiptFault::UnknownProduct => {
            FieldError::pointer("/productId", "unknown", "is no product of the catalogue")
        }
        ReceiptFault::UnknownSupplier { reference: Reference::Id(_), .. } => {
            FieldError::pointer("/supplierId", "unknown", "is no party")
        }
        ReceiptFault::UnknownSupplier { reference: Reference::Name(_), nearest } => {
            let hint = "is no party; take one of the nearest, or enter it with createMissing=true";
            let fault = FieldError::pointer("/supplier", "unknown", hint);
            if nearest.is_empty() { fault } else { fault.with("nearest", nearest) }
        }
    }
}
