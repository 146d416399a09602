//! What can be asked about notifications: one file per question.

mod notification;
mod notifications;

pub use notification::notification;
pub use notifications::{NotificationFilter, notifications};
