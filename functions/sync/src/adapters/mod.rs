//! The outside systems of this context, and stand-ins that live in memory.

mod deal_function;
mod google;
mod inventory_function;
mod memory_sheet;
mod secret;
mod sqs_work;
mod unconnected;

pub use deal_function::{DealFunction, amend_deal, amended};
pub use google::{GoogleSettings, GoogleSheet};
pub use inventory_function::InventoryFunction;
pub use memory_sheet::{MemorySheet, MemoryWork, Mishap};
pub use secret::SecretKey;
pub use sqs_work::SqsWork;
pub use unconnected::Unconnected;
