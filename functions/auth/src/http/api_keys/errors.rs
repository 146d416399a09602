//! How what goes wrong with API keys is answered.

use auth_domain::Permission;
use auth_domain::api_key::Refusal;
use event_store::{ExecuteError, LogError};
use http_kit::{FieldError, Problem};

use super::bodies::Scope;
use crate::commands::ApiKeyError;

/// A secret that was not made; `scopes` are those that were asked for, in order.
pub(super) fn unmade(error: &ApiKeyError, scopes: &[Scope]) -> Problem {
    match error {
        ApiKeyError::Execute(error) => unchanged(error, scopes),
        ApiKeyError::Random(error) => Problem::unavailable(error),
    }
}

/// A key that was not changed.
pub(super) fn unchanged(error: &ExecuteError<Refusal>, scopes: &[Scope]) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(*refusal, scopes),
        ExecuteError::KeyReused => Problem::key_reused(),
        ExecuteError::Busy(_) | ExecuteError::Log(LogError::Unavailable(_)) => Problem::unavailable(error),
        ExecuteError::Stale { .. }
        | ExecuteError::GuardTaken(_)
        | ExecuteError::Log(_)
        | ExecuteError::Append(_)
        | ExecuteError::Encode(_) => Problem::internal(error),
    }
}

fn refused(refusal: Refusal, scopes: &[Scope]) -> Problem {
    let text = refusal.to_string();
    let field = |pointer: &str, code| Problem::validation([FieldError::pointer(pointer, code, text.clone())]);
    match refusal {
        Refusal::Unknown => Problem::not_found("API key"),
        Refusal::NoScopes => field("/scopes", "too-few"),
        Refusal::NotHeld(scope) => field(&place(scopes, scope), "not-held"),
        Refusal::PeopleOnly(scope) => field(&place(scopes, scope), "people-only"),
        Refusal::ExpiryPast | Refusal::ExpiryTooLate => field("/expiresAt", "out-of-range"),
        Refusal::Rate => field("/ratePerMinute", "out-of-range"),
        Refusal::OverlapTooLong => field("/overlapHours", "out-of-range"),
        Refusal::AlreadyExists | Refusal::TooManySecrets | Refusal::Revoked | Refusal::Expired => {
            Problem::conflict(text)
        }
    }
}

fn place(scopes: &[Scope], refused: Permission) -> String {
    let at = scopes.iter().position(|scope| scope.0 == refused);
    at.map_or_else(|| "/scopes".to_owned(), |at| format!("/scopes/{at}"))
}
