//! Recorded events through an [`lambda_entry::App`], without the platform.

#![cfg(test)] // Helpers may unwrap, as the tests they serve.

mod batches;
mod direct;
mod http;
mod logs;
mod shapes;
mod support;
