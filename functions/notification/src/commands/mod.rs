//! What people can do: one file per use case, each load → decide → append → return.

mod change_notification;
mod replace_audiences;
mod subscribe;

pub use change_notification::{cancel_notification, retry_notification};
pub use replace_audiences::replace_audiences;
pub use subscribe::{SubscribeError, Subscribing, end_subscription, pending, subscribe};
