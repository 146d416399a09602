//! `GET /v1/templates`

use axum::extract::State;
use http_kit::{Access, Problem, Reply, Route, Routes};
use notification_domain::AudienceName;
use notification_domain::template::{Occasion, TemplateName};
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;

/// A template.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    /// Its name.
    name: TemplateName,
    /// Whom it is for.
    audience: AudienceName,
    /// On what it is sent.
    occasion: Occasion,
}

/// All templates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Templates {
    /// The templates.
    data: Vec<TemplateView>,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/templates")
                .access(Access::Requires("notification:read"))
                .summary("What is said to whom on what occasion")
                .answers::<Templates>(200, "Every template.")
                .handler(list),
        )
        .add(
            Route::post("/v1/templates/{name}/preview")
                .access(Access::Requires("notification:read"))
                .summary("A template with the figures of a deal")
                .undocumented()
                .handler(not_yet),
        )
}

async fn list(State(_): State<Api>) -> Result<Reply, Problem> {
    let data = TemplateName::ALL.into_iter().map(|name| TemplateView {
        name,
        audience: name.audience(),
        occasion: name.occasion(),
    });
    Reply::ok(&Templates { data: data.collect() })
}

async fn not_yet() -> Problem {
    Problem::not_implemented("Previews are planned and not there yet.")
}
