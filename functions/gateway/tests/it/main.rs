//! The gateway's router over fakes.

#![cfg(test)] // Helpers may unwrap, as the tests they serve.

mod dlq;
mod fakes;
mod health;
mod openapi;
mod readiness;
mod unserved;
