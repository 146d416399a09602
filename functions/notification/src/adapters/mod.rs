//! The outside systems of this context: one file per system, and the in-memory twins.

mod aws_call;
mod cloud_api;
mod deal_function;
mod email;
mod inventory_function;
pub mod memory;
mod secrets_manager;
mod sms;
mod sqs;
mod telegram;

pub use cloud_api::{CALL_TIMEOUT, CloudApi, CloudApiSettings};
pub use deal_function::{DealFunction, find_deal};
pub use email::{NOTIFICATION_TAG, Ses};
pub use inventory_function::InventoryFunction;
pub use secrets_manager::SecretsManager;
pub use sms::Sns;
pub use sqs::{ChannelUrls, SqsQueues};
pub use telegram::BotApi;
