//! The context on tables in memory, with scripted outcomes of calls; the adapter against the simulated provider over HTTP.
#![cfg(test)] // Helpers may unwrap, as the tests they serve.

mod additional;
mod audiences;
mod channels;
mod cloud_api;
mod contracts;
mod digests;
mod fifo;
mod hooks;
mod links;
mod lists;
mod notices;
mod outages;
mod preferences;
mod previewing;
mod samples;
mod sending;
mod subscribing;
mod telegram;
mod telling;
mod upkeep;
mod world;
mod writing;
