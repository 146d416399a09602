//! How what goes wrong here is answered.

use std::convert::Infallible;

use event_store::{BoxError, ExecuteError, LogError, StorageError};
use http_kit::{Problem, ProblemKind};
use sync_domain::deal_rows::Refusal;

use crate::ports::SheetFault;
use crate::queries::CompareError;

/// A view that cannot be read.
pub(super) fn unlisted(error: &StorageError) -> Problem {
    match error {
        StorageError::Unavailable { .. } => Problem::unavailable(error),
        StorageError::Failed { .. } => Problem::internal(error),
    }
}

/// Own tables or the queue did not answer.
pub(super) fn failed(error: &BoxError) -> Problem {
    match error.downcast_ref::<StorageError>() {
        Some(error) => unlisted(error),
        None => Problem::unavailable(error.as_ref()),
    }
}

/// A command on the connection that had no effect.
pub(super) fn connection(error: &ExecuteError<Infallible>) -> Problem {
    match error {
        ExecuteError::Busy(_) | ExecuteError::Log(LogError::Unavailable(_)) => Problem::unavailable(error),
        ExecuteError::Refused(never) => match *never {},
        ExecuteError::Log(_)
        | ExecuteError::Stale { .. }
        | ExecuteError::KeyReused
        | ExecuteError::GuardTaken(_)
        | ExecuteError::Append(_)
        | ExecuteError::Encode(_) => Problem::internal(error),
    }
}

/// A command on rows that had no effect.
pub(super) fn rows(error: &ExecuteError<Refusal>) -> Problem {
    match error {
        ExecuteError::Busy(_) | ExecuteError::Log(LogError::Unavailable(_)) => Problem::unavailable(error),
        ExecuteError::Refused(Refusal::Unknown) => Problem::not_found("conflict"),
        ExecuteError::Refused(refusal @ Refusal::NoConflict) => Problem::conflict(refusal.to_string()),
        ExecuteError::Log(_)
        | ExecuteError::Stale { .. }
        | ExecuteError::KeyReused
        | ExecuteError::GuardTaken(_)
        | ExecuteError::Append(_)
        | ExecuteError::Encode(_) => Problem::internal(error),
    }
}

/// A comparison that could not be made.
pub(super) fn comparison(error: &CompareError) -> Problem {
    match error {
        CompareError::Storage(error) => failed(error),
        CompareError::Sheet(fault) => sheet(fault),
    }
}

/// A spreadsheet that cannot be read.
pub(super) fn sheet(fault: &SheetFault) -> Problem {
    match fault {
        SheetFault::Unavailable(_) => Problem::unavailable(fault),
        SheetFault::Limited { retry_after_ms } => {
            let seconds = retry_after_ms.unwrap_or(60_000).div_ceil(1_000);
            Problem::new(ProblemKind::Unavailable, fault.to_string()).with("retryAfterSeconds", seconds)
        }
        SheetFault::NoTab(_) | SheetFault::Denied(_) | SheetFault::Refused(_) => {
            Problem::conflict(fault.to_string())
        }
    }
}
