//! Who the person is that asks.

use auth_domain::UserId;
use http_kit::{Caller, Problem, ProblemKind};

/// The user who asks.
///
/// # Errors
/// 403 for a program with an API key: what asks for a person is not for it.
pub(super) fn person(caller: &Caller) -> Result<UserId, Problem> {
    let user_id = caller.principal.user_id.as_str().parse();
    user_id.map_err(|_| Problem::new(ProblemKind::Forbidden, "This is for people; an API key cannot do it."))
}
