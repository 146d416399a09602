//! The outside systems of this context, and stand-ins that live in memory.

mod deal_function;
mod google;
mod inventory_function;
mod list_functions;
mod memory_sheet;
mod memory_tabs;
mod secret;
mod sqs_work;
mod unconnected;

pub use deal_function::{DealFunction, amend_deal, amended};
pub use google::{GoogleSettings, GoogleSheet};
pub use inventory_function::InventoryFunction;
pub use list_functions::{ListFunctions, address_book, listed, page};
pub use memory_sheet::{MemorySheet, MemoryWork, Mishap};
pub use memory_tabs::MemoryTabs;
pub use secret::SecretKey;
pub use sqs_work::SqsWork;
pub use unconnected::Unconnected;
