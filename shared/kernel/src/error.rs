//! Showing an error with its causes.

use std::error::Error;
use std::fmt::Write as _;

/// The error and its sources in one line, outermost first. For the log, once, where the error is handled.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        if write!(text, ": {cause}").is_err() {
            break;
        }
        next = cause.source();
    }
    text
}
