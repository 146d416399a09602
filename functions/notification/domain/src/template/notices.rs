//! What subscribers are told of their subscription.

use crate::AudienceName;

/// To somebody who has just confirmed.
#[must_use]
pub fn welcome(audience: AudienceName) -> String {
    format!("You will be told of deals from now on, as {audience} are. Send STOP to hear no more.")
}

/// To somebody who has just sent STOP.
#[must_use]
pub fn goodbye() -> String {
    "Your subscription to news of deals has ended.".to_owned()
}
