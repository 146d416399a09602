//! What the system promises, seen from outside.

#![expect(clippy::panic, reason = "a test that meets something else has failed")]

mod access;
mod api_keys;
mod bad_input;
mod browser;
mod channels;
mod contention;
mod covering;
mod dead_letters;
mod digests;
mod edge;
mod firm;
mod following;
mod health;
mod logins_elsewhere;
mod mirroring;
mod notifying;
mod operations;
mod parties;
mod phones;
mod phones_page;
mod queues;
mod reading;
mod samples;
mod sessions;
mod sheet;
mod syncing;
mod tenants;
mod users;
mod webdriver;
