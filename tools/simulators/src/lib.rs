//! Stand-ins for the outside providers. They answer over HTTP as the real ones do, keep what they were told in memory,
//! and fail when told to.
//!
//! | path | provider |
//! |---|---|
//! | `/whatsapp/{version}/…` | WhatsApp Cloud API ([`whatsapp`]) |
//! | `/google/token`, `/google/v4/…` | Google: OAuth tokens and Sheets ([`google`]) |
//! | `/_sim/{provider}/…` | JSON for tests: what arrived, what people do, fault switches ([`faults`]), which calls came |
//!
//! A library too, so that a test of an adapter serves one in its own process ([`serve`]). Deliberately absent:
//! persistence, TLS, and every part of a provider's API that nothing here calls.

mod calls;
pub mod faults;
pub mod google;
mod server;
pub mod whatsapp;

use axum::Router;

pub use server::{Local, serve};

/// All providers, each with no state and no faults.
pub fn router() -> Router {
    Router::new().merge(google::router()).merge(whatsapp::router())
}
