//! Whom the firm tells of its deals, what it tells them, and what becomes of each message.

pub mod audience;
pub mod ids;
pub mod message;
pub mod phone;
pub mod published;
pub mod subscription;
pub mod template;

pub use audience::additional::AdditionalRecipients;
pub use audience::{Audience, AudienceName, Audiences, Recipient};
pub use ids::{DealId, NotificationId, ProductId, SubscriptionId};
pub use message::Message;
pub use phone::Phone;
pub use subscription::Subscription;
