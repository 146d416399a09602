//! Auth from the outside: requests, events and tokens on in-memory tables, with a key of the test's own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is the assertion")]

mod api_keys;
mod authorizer;
mod contracts;
mod faults;
mod kms;
mod limits;
mod login;
mod oidc;
mod operator;
mod relay;
mod samples;
mod sessions;
mod tokens;
mod upkeep;
mod users;
mod world;
