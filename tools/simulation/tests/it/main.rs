//! Histories of many seeds hold, one seed is one history, and a missing defence is noticed.

mod campaign;
mod determinism;
mod mutants;
