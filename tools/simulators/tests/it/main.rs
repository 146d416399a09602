//! The simulators over real HTTP.
#![cfg(test)] // Helpers may unwrap, as the tests they serve.

mod google;
mod page;
mod phones;
mod switches;
mod whatsapp;
