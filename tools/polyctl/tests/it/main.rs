//! The tool as operators run it: the binary on a fixture, and its commands on contexts in memory.
#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod binary;
mod exporting;
mod functions;
mod killed;
mod migrating;
mod real;
mod rolling_back;
mod upkeep;
mod world;
