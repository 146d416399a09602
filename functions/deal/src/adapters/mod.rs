//! The outside systems of this context: one file per system.

mod inventory_function;

pub use inventory_function::InventoryFunction;
