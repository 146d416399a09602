//! What can be asked about notifications: one file per question.

mod notification;
mod notifications;
mod preview;
mod subscriptions;

pub use notification::notification;
pub use notifications::{NotificationFilter, notifications};
pub use preview::{PreviewError, preview};
pub use subscriptions::{
    SubscriptionFilter, subscribers, subscription, subscriptions, subscriptions_of_chat,
};
