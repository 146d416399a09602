//! Deterministic simulation of the deal, inventory, notification and sync contexts: the real use cases, reactions, projections,
//! relay and outbox auditor, on a simulated platform with a virtual clock, in which everything that may fail does.
//!
//! A seed decides the whole history: what the clients want, which task runs next, which call is lost, which instance
//! dies. [`simulate`] runs one seed to rest and checks the [`invariants`]; [`Campaign`] runs many. What is modelled, and
//! what is not, stands in the crate's `README.md`.

mod bystander;
pub mod campaign;
pub mod client;
pub mod clock;
pub mod contexts;
mod deal_facts;
pub mod dice;
pub mod faults;
pub mod filing;
pub mod invariants;
pub mod mutants;
pub mod platform;
pub mod ports;
mod sabotage;
pub mod scenario;
pub mod scheduler;
pub mod sim;
mod simulate;
mod sync;
pub mod telling;
pub mod world;

pub use campaign::{Campaign, Finding, Summary};
pub use mutants::Mutant;
pub use scenario::Scenario;
pub use sim::Violation;
pub use simulate::{Plan, Report, simulate};
