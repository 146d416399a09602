//! Whom the firm tells of its deals, what it tells them, and what becomes of each message.

pub mod audience;
pub mod channel;
pub mod chat_id;
pub mod ids;
pub mod message;
pub mod phone;
pub mod preferences;
pub mod published;
pub mod recipient;
pub mod subscription;
pub mod template;

pub use audience::additional::AdditionalRecipients;
pub use audience::{Audience, AudienceName, Audiences};
pub use channel::Channel;
pub use chat_id::ChatId;
pub use ids::{DealId, NotificationId, ProductId, SubscriptionId};
pub use message::Message;
pub use phone::Phone;
pub use preferences::Preferences;
pub use recipient::{Address, Recipient};
pub use subscription::{Subscriber, Subscription};
