//! `GET /v1/templates`, `POST /v1/templates/{name}/preview`

use axum::extract::State;
use http_kit::{Access, Caller, Input, PathId, Problem, ProblemKind, Reply, Route, Routes, request_body};
use notification_domain::template::{Occasion, TemplateName};
use notification_domain::{AudienceName, DealId};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Api, errors};
use crate::queries::preview;

request_body! {
    /// Whose figures a preview is made of.
    pub struct PreviewOf {
        /// The deal.
        pub deal_id: DealId,
    }
}

/// A template.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    /// Its name.
    name: TemplateName,
    /// The audience it is for; absent when it is for those whom a deal is told to besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<AudienceName>,
    /// On what it is sent.
    occasion: Occasion,
}

/// All templates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Templates {
    /// The templates.
    data: Vec<TemplateView>,
}

/// What a template says of a deal.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewView {
    /// The template.
    template: TemplateName,
    /// What it says.
    text: String,
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
                .description(
                    "What it says of the deal as it stands, as if it were told now. Nothing is sent.",
                )
                .answers::<PreviewView>(200, "The text.")
                .refuses(ProblemKind::Conflict, "The deal was never confirmed, so nobody is told of it.")
                .handler(show),
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

async fn show(
    State(api): State<Api>,
    PathId(template): PathId<TemplateName>,
    caller: Caller,
    body: Input<PreviewOf>,
) -> Result<Reply, Problem> {
    let text = preview(&api.notifications_of(&caller), template, body.0.deal_id).await;
    Reply::ok(&PreviewView { template, text: text.map_err(|e| errors::preview(&e))? })
}
