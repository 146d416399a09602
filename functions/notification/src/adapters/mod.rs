//! The outside systems of this context: one file per system, and the in-memory twins.

mod cloud_api;
mod deal_function;
mod inventory_function;
pub mod memory;
mod secrets_manager;
mod sqs;

pub use cloud_api::{CALL_TIMEOUT, CloudApi, CloudApiSettings};
pub use deal_function::{DealFunction, find_deal};
pub use inventory_function::InventoryFunction;
pub use secrets_manager::SecretsManager;
pub use sqs::SqsQueues;
