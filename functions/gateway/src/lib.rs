//! The edge of the system: is it alive, is it ready, what could it not do, and a proper answer to every path that no context serves.
//!
//! Deliberately absent: proxying. API Gateway sends `/v1/deals`, `/v1/products` and the like to their contexts directly.

pub mod adapters;
pub mod config;
pub mod dead;
pub mod http;
pub mod ports;
pub mod readiness;
