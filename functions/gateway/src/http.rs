//! The gateway's routes. API Gateway sends it every path that belongs to no context.

mod health;
mod planned;
mod readiness;

use std::sync::Arc;

use http_kit::{Access, Route, Routes};

pub use health::Health;

use crate::readiness::{Prober, Report};

/// The route table.
#[must_use]
pub fn routes() -> Routes<Arc<Prober>> {
    let routes = Routes::new("gateway", "Gateway")
        .description("Whether the system is alive, and whether it is ready to work.")
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
    planned::add(routes)
}
