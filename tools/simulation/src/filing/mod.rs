//! The sync context among its neighbours: a deal context that publishes facts, and a spreadsheet that does not answer, answers
//! too late, or takes nothing for a while.

pub mod client;
mod context;
mod invariants;
pub mod neighbours;
pub mod sheet;
pub mod workload;
mod world;

pub use workload::Workload;
pub use world::World;
