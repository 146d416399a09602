//! The gateway's routes. API Gateway sends it every path that belongs to no context.

mod dlq;
mod health;
mod planned;
mod readiness;

use std::sync::Arc;

use axum::extract::FromRef;
use http_kit::{Access, Route, Routes};
use kernel::Clock;

pub use health::Health;

use crate::dead::DeadLetters;
use crate::readiness::{Prober, Report};

/// What the handlers work with.
#[derive(Clone)]
pub struct Gateway {
    /// Tells whether the system is ready.
    pub prober: Arc<Prober>,
    /// The queues of dead letters.
    pub dead: DeadLetters,
    /// The present.
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("dead", &self.dead).finish_non_exhaustive()
    }
}

impl FromRef<Gateway> for Arc<Prober> {
    fn from_ref(gateway: &Gateway) -> Self {
        Self::clone(&gateway.prober)
    }
}

/// The route table.
#[must_use]
pub fn routes() -> Routes<Gateway> {
    let routes = Routes::new("gateway", "Gateway")
        .description("Whether the system is alive, whether it is ready to work, and what it could not do.")
        .add(
            Route::get("/healthz")
                .access(Access::Public)
                .summary("Is the edge alive?")
                .description("Looks at nothing but itself.")
                .operation_id("getHealth")
                .answers::<Health>(200, "It is.")
                .handler(health::get),
        )
        .add(
            Route::get("/readyz")
                .access(Access::Public)
                .summary("Is the system ready to work?")
                .description("Asks every context and looks at every queue; an answer may be two seconds old.")
                .operation_id("getReadiness")
                .answers::<Report>(200, "It is; `degraded` when something needs a look.")
                .answers::<Report>(503, "Some requests cannot be served.")
                .handler(readiness::get),
        );
    planned::add(dlq::add(routes))
}
