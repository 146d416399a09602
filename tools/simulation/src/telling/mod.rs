//! The notification context among its neighbours: a deal context that publishes facts, people who are told and write back,
//! and providers of messages that refuse, fall silent, lose webhooks, and send them late and twice.

pub mod books;
pub mod client;
mod context;
mod invariants;
pub mod lives;
pub mod neighbours;
pub mod provider;
mod sabotage;
mod webhooks;
pub mod workload;
mod world;

pub use workload::Workload;
pub use world::World;
