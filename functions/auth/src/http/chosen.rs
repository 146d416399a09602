//! Passwords that are chosen.

use http_kit::{FieldError, Problem, Secret};

use crate::password::{Password, PasswordError};

/// A password that somebody wants to have from now on.
///
/// # Errors
/// 422 at `pointer` when it may not be chosen.
pub(super) fn choosable<const MIN: usize, const MAX: usize>(
    secret: &Secret<MIN, MAX>,
    pointer: &str,
) -> Result<Password, Problem> {
    let chosen = secret.expose().parse().and_then(Password::choosable);
    chosen.map_err(|error: PasswordError| {
        Problem::validation([FieldError::pointer(pointer, "too-short", error.to_string())])
    })
}
