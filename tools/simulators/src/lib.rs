//! Stand-ins for the outside providers. They answer over HTTP as the real ones do, keep what they were told in memory,
//! and fail when told to.
//!
//! | path | provider |
//! |---|---|
//! | `/whatsapp/{version}/…` | WhatsApp Cloud API ([`whatsapp`]) |
//! | `/telegram/bot{token}/…` | Telegram Bot API ([`telegram`]) |
//! | `/google/token`, `/google/v4/…` | Google: OAuth tokens and Sheets ([`google`]) |
//! | `/_sim/{provider}/…` | JSON for tests: what arrived, what people do, fault switches ([`faults`]), which calls came |
//! | `/` | a page for people: the phones, the sheet, the fault switches |
//!
//! A library too, so that a test of an adapter serves one in its own process ([`serve`]). Deliberately absent:
//! persistence, TLS, and every part of a provider's API that nothing here calls. Requests that name another host than this
//! machine are turned away.

mod calls;
mod clock;
pub mod faults;
pub mod google;
mod host;
mod page;
mod server;
pub mod telegram;
pub mod whatsapp;

use axum::Router;
use axum::middleware::from_fn;

pub use server::{Local, serve};

/// All providers, each with no state and no faults.
pub fn router() -> Router {
    let all = Router::new().merge(page::router()).merge(google::router()).merge(telegram::router());
    let all = all.merge(whatsapp::router());
    all.layer(from_fn(host::loopback_only))
}
