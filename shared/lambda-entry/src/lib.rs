//! The way into a function: one binary that serves every kind of event its context receives.
//!
//! ```no_run
//! # use std::process::ExitCode;
//! fn main() -> ExitCode {
//!     lambda_entry::start("echo", async |env| {
//!         let greeting = env.required("GREETING");
//!         let greeting = env.finish(greeting)?;
//!         let router = axum::Router::new().route("/", axum::routing::get(async || greeting));
//!         Ok(lambda_entry::App::new("echo").http(router))
//!     })
//! }
//! ```
//!
//! [`App`] tells the kinds apart by their shape ([`event::classify`]) and hands each to its handler:
//!
//! | event | handler |
//! |---|---|
//! | API Gateway HTTP API, payload 2.0 | the `axum` router |
//! | SQS batch, schedules included | [`InboxHandler`] |
//! | DynamoDB stream batch | [`StreamHandler`] |
//! | Lambda authorizer request, payload 2.0 | [`AuthorizerHandler`] |
//! | `{"kind": …}` from `lambda:InvokeFunction`; a bare EventBridge event | [`DirectHandler`] |
//!
//! What a handler does is isolated: a panic fails its request or its records, never the execution environment. This is the
//! only crate that knows the `lambda_*` crates. Deliberately absent: retries and per-record isolation inside a batch, which
//! belong to whoever reads the batch; response streaming; other payload versions.

mod app;
mod batch;
mod error;
pub mod event;
mod handlers;
mod http;
mod isolate;
mod serve;
mod timer;

pub use app::{Answer, App};
pub use batch::BatchAnswer;
pub use error::{EventError, InvocationError, ServeError};
pub use handlers::{
    AuthorizerHandler, DirectError, DirectHandler, InboxHandler, InboxRecord, StreamHandler, StreamRecord,
};
pub use http::{HttpAnswer, HttpOrigin};
pub use serve::start;
pub use timer::TokioTimer;
