//! How what goes wrong with users is answered.

use auth_domain::user::Refusal;
use event_store::{ExecuteError, LogError};
use http_kit::{ETag, FieldError, Problem, ProblemKind};

use crate::commands::OpenAccountError;

/// An account that was not opened.
pub(super) fn unopened(error: &OpenAccountError) -> Problem {
    match error {
        OpenAccountError::Taken => Problem::conflict("The e-mail address belongs to a user."),
        OpenAccountError::Execute(error) => unchanged(error),
        OpenAccountError::Failed(cause) => Problem::unavailable(cause.as_ref()),
    }
}

/// An account that was not changed.
pub(super) fn unchanged(error: &ExecuteError<Refusal>) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(*refusal),
        ExecuteError::KeyReused => Problem::key_reused(),
        ExecuteError::Stale { found, .. } => Problem::precondition_failed(&ETag::version(*found)),
        ExecuteError::Busy(_) | ExecuteError::Log(LogError::Unavailable(_)) => Problem::unavailable(error),
        ExecuteError::GuardTaken(_)
        | ExecuteError::Log(_)
        | ExecuteError::Append(_)
        | ExecuteError::Encode(_) => Problem::internal(error),
    }
}

fn refused(refusal: Refusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        Refusal::Unknown => Problem::not_found("user"),
        Refusal::NoRoles => Problem::validation([FieldError::pointer("/roles", "too-few", text)]),
        Refusal::OwnersOnly | Refusal::Own => Problem::new(ProblemKind::Forbidden, text),
        Refusal::AlreadyExists | Refusal::Disabled | Refusal::LinkedOtherwise => Problem::conflict(text),
    }
}
