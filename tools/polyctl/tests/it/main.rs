//! The tool as operators run it: the binary on a fixture, and its commands on contexts in memory.
#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod binary;
mod exporting;
mod filtering;
mod functions;
mod killed;
mod lists;
mod migrating;
mod real;
mod rolling_back;
mod upkeep;
mod world;
