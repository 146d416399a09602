//! `GET /v1/providers`, `POST /v1/providers/{name}/reset`

use axum::extract::State;
use futures_util::future::try_join_all;
use http_kit::{Access, Caller, PathId, Problem, Reply, Route, Routes};
use kernel::Timestamp;
use notification_domain::Channel;
use resilience::BreakerState;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Api, errors};
use crate::provider::Provider;

/// Whether calls go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerName {
    /// They do.
    Closed,
    /// They do not: the provider failed too often.
    Open,
    /// One is on its way to see whether the provider works again.
    HalfOpen,
}

/// The provider of a channel and its circuit breaker.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderView {
    /// The channel.
    name: Channel,
    /// Whether calls go through.
    breaker: BreakerName,
    /// Failures in a row, while they do.
    failures: u32,
    /// When the next call may go, while they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// The failure that opened the breaker.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// All providers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Providers {
    /// The providers.
    data: Vec<ProviderView>,
}

impl ProviderView {
    fn of(name: Channel, state: BreakerState) -> Self {
        match state {
            BreakerState::Closed { failures } => {
                Self { name, breaker: BreakerName::Closed, failures, until: None, reason: None }
            }
            BreakerState::Open { until, reason, .. } => {
                let (until, reason) = (Some(until), Some(reason));
                Self { name, breaker: BreakerName::Open, failures: 0, until, reason }
            }
            BreakerState::HalfOpen { until, reason, .. } => {
                let (until, reason) = (Some(until), Some(reason));
                Self { name, breaker: BreakerName::HalfOpen, failures: 0, until, reason }
            }
        }
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/providers")
                .access(Access::Requires("notification:read"))
                .summary("The providers messages leave through, and whether they work")
                .answers::<Providers>(200, "Every provider.")
                .handler(list),
        )
        .add(
            Route::post("/v1/providers/{name}/reset")
                .access(Access::Requires("notification:write"))
                .summary("Let calls to a provider go through again")
                .description("For when somebody knows that the provider works again; messages that wait go as they come due.")
                .answers::<ProviderView>(200, "They do.")
                .handler(reset),
        )
}

async fn list(State(api): State<Api>, caller: Caller) -> Result<Reply, Problem> {
    let notifications = api.notifications_of(&caller);
    let states = Channel::ALL.map(|channel| {
        let breaker = Provider::of(&notifications, channel).breaker;
        async move { breaker.state().await.map(|state| ProviderView::of(channel, state)) }
    });
    let data = try_join_all(states).await.map_err(|e| errors::stored(&e))?;
    Reply::ok(&Providers { data })
}

async fn reset(
    State(api): State<Api>,
    PathId(name): PathId<Channel>,
    caller: Caller,
) -> Result<Reply, Problem> {
    let provider = Provider::of(&api.notifications_of(&caller), name);
    provider.breaker.reset().await.map_err(|e| errors::stored(&e))?;
    let user = caller.principal.user_id.to_string();
    tracing::info!(provider.name = name.as_str(), user, "breaker reset by a person");
    Reply::ok(&ProviderView::of(name, BreakerState::default()))
}
