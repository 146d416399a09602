//! What people are told besides news of deals.

use kernel::Timestamp;

use super::figures::us_date_and_time;
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

/// To somebody who watches whether messages arrive.
#[must_use]
pub fn trial(at: Timestamp) -> String {
    format!("Test message, sent by Polymer Desk on {}. Nothing needs to be done.", us_date_and_time(at))
}
