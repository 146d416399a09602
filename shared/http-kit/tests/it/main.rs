//! The edge, asked as the gateway asks it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the assertion")]

mod access;
mod app;
mod bad_bodies;
mod bad_headers;
mod cursors;
mod edge;
mod limits;
mod log;
mod openapi;
mod properties;
mod schema;
mod writes;
