//! The way of a request: through the gateway to the function, and its answer back, if the client is still there.
//!
//! This stands where the HTTP layer is: it derives the identity of a deal from the request's key, as that layer does.

use std::future::Future;
use std::sync::Arc;

use deal_domain::DealId;
use event_store::{Idempotency, Request};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use kernel::ports::BoxFuture;
use kernel::{Actor, CorrelationId, Provenance, Tenant};
use uuid::Uuid;

use crate::contexts::Function;
use crate::faults::Fault;
use crate::platform::function::Fleet;
use crate::sim::Sim;
use crate::world::World;

/// How long a client waits for an answer, in milliseconds: longer than the gateway does.
const PATIENCE_MS: u64 = 30_000;
/// Requests a client makes for one thing before giving it up.
const MOST_REQUESTS: u32 = 12;
/// Longest pause between two requests, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 8_000;
/// Namespace of the identities that keys stand for.
const KEYS: Uuid = Uuid::from_u128(0x9c1f_35f0_3c0a_5d57_8f4e_2f0b_8a76_91d4);

/// One request; `None` when no answer came. The work may be done, or go on being done, all the same.
pub(crate) async fn call<U, T>(
    sim: &Arc<Sim>,
    fleet: &Arc<Fleet<Function<U>>>,
    work: impl FnOnce(Arc<Function<U>>) -> BoxFuture<'static, T> + Send + 'static,
) -> Option<T>
where
    U: Send + Sync + 'static,
    T: Send + 'static,
{
    let way_ms = sim.draw(|dice| dice.between(5, 60));
    sim.sleep(way_ms).await;
    if sim.strikes(Fault::Refused) {
        return None;
    }
    let (answer, answered) = oneshot::channel();
    let fleet = Arc::clone(fleet);
    sim.spawn_work(async move {
        if let Ok(result) = fleet.invoke(work).await {
            // Nobody may be listening any more.
            drop(answer.send(result));
        }
    });
    let patience_ms =
        if sim.strikes(Fault::ImpatientClient) { sim.draw(|dice| dice.between(5, 400)) } else { PATIENCE_MS };
    match select(answered, sim.sleep(patience_ms)).await {
        Either::Left((answer, _)) if !sim.strikes(Fault::ReplyLost) => answer.ok(),
        _ => None,
    }
}

/// Asks until an answer comes, with growing pauses; `None` when the client gives up.
pub(crate) async fn insist<T, F>(sim: &Sim, mut ask: impl FnMut(u32) -> F) -> Option<T>
where
    F: Future<Output = Option<T>>,
{
    for attempt in 0..MOST_REQUESTS {
        if let Some(answer) = ask(attempt).await {
            return Some(answer);
        }
        let longest_ms = 200_u64.saturating_mul(1 << attempt.min(10)).min(LONGEST_PAUSE_MS);
        let pause_ms = sim.draw(|dice| dice.between(1, longest_ms));
        sim.sleep(pause_ms).await;
    }
    None
}

/// A request under a key.
pub(super) fn request(world: &World, user: &str, key: Option<&str>) -> Option<Request> {
    let tenant: Tenant = world.tenant.clone();
    let actor: Actor = user.parse().ok()?;
    let correlation: CorrelationId =
        format!("request-{}", world.sim.draw(|dice| dice.uuid()).simple()).parse().ok()?;
    let mut request =
        Request::new(Provenance { tenant, actor, correlation, causation: None, traceparent: None });
    request.idempotency =
        key.map(|key| Idempotency { key: key.to_owned(), fingerprint: format!("body of {key}") });
    Some(request)
}

/// The deal that a registration under this key makes.
pub(super) fn deal_of(key: &str) -> DealId {
    DealId::new(Uuid::new_v5(&KEYS, key.as_bytes()))
}
