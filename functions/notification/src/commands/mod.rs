//! What people can do: one file per use case, each load → decide → append → return.

mod change_notification;
mod replace_additional;
mod replace_audiences;
mod replace_preferences;
mod subscribe;
mod write_notification;

pub use change_notification::{cancel_notification, retry_notification};
pub use replace_additional::{AdditionalError, replace_additional};
pub use replace_audiences::replace_audiences;
pub use replace_preferences::replace_preferences;
pub use subscribe::{SubscribeError, Subscribing, end_subscription, pending, subscribe, subscribe_by_link};
pub use write_notification::{Draft, write_notification};
