//! Those outside the context: a secretary who names people, a deal context that publishes, people who write.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use event_store::Request;
use kernel::Provenance;
use notification::commands::{AdditionalError, replace_additional, replace_audiences, replace_preferences};
use notification_domain::Recipient;
use notification_domain::audience::Recipients;
use notification_domain::preferences::DigestTimes;

use super::World;
use super::workload::{Deal, Workload};
use crate::client::edge::{call, insist};
use crate::sync::locked;

const SECRETARY: &str = "user_secretary";

/// Somebody who was named for a deal besides the audiences.
#[derive(Debug, Clone)]
pub struct Named {
    /// For which deal, as it is written.
    pub deal: String,
    /// Their number.
    pub phone: String,
    /// How many facts of the deal had been published when the answer came.
    pub after_facts: usize,
}

/// Lets the secretary say who is told by digest and name the audiences, and then everybody do what they are going to do.
pub fn start(world: &Arc<World>, workload: Workload) {
    let people = 1 + workload.deals.len() + workload.writings.len();
    world.busy.store(people, Ordering::Relaxed);
    let opening = Arc::clone(world);
    world.sim.spawn(async move {
        while prefer(&opening, &workload.digests).await.is_none() {}
        while name_audiences(&opening, &workload.audiences).await.is_none() {}
        *locked(&opening.audiences) = workload.audiences.clone();
        for deal in workload.deals {
            let world = Arc::clone(&opening);
            opening.sim.spawn(async move {
                trade(&world, deal).await;
                world.busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        for (at_ms, phone) in workload.writings {
            let world = Arc::clone(&opening);
            opening.sim.spawn(async move {
                world.sim.sleep(at_ms).await;
                world.webhooks.wrote(&phone);
                world.busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        opening.busy.fetch_sub(1, Ordering::Relaxed);
    });
}

/// Publishes what happens to a deal, and lets somebody be named for it meanwhile.
async fn trade(world: &Arc<World>, deal: Deal) {
    world.sim.sleep(deal.start_ms).await;
    stands(world, &deal, "pending");
    let naming = deal.named.clone().map(|(after_ms, recipient)| {
        let (naming, deal) = (Arc::clone(world), deal.clone());
        world.busy.fetch_add(1, Ordering::Relaxed);
        async move {
            naming.sim.sleep(after_ms).await;
            name_for(&naming, &deal, recipient).await;
            naming.busy.fetch_sub(1, Ordering::Relaxed);
        }
    });
    if let Some(naming) = naming {
        world.sim.spawn(naming);
    }
    for (position, (after_ms, ..)) in deal.steps.iter().enumerate() {
        world.sim.sleep(*after_ms).await;
        let Some((fact, status)) = deal.fact(position, world.sim.now()) else { return };
        stands(world, &deal, status);
        locked(&world.facts).push(fact.clone());
        // As the outbox of the deal context does it.
        while world.bus.put(std::slice::from_ref(&fact)).iter().any(Result::is_err) {
            world.sim.sleep(500).await;
        }
    }
}

/// From now on the deal context says this of the deal.
fn stands(world: &World, deal: &Deal, status: &str) {
    if let Ok(told) = serde_json::from_value(deal.shown(status)) {
        world.deals.put(&world.tenant, told);
    }
}

fn request(world: &World) -> Option<Request> {
    let correlation = world.sim.draw(|dice| dice.uuid()).simple().to_string();
    Some(Request::new(Provenance {
        tenant: world.tenant.clone(),
        actor: SECRETARY.parse().ok()?,
        correlation: correlation.parse().ok()?,
        causation: None,
        traceparent: None,
    }))
}

async fn prefer(world: &Arc<World>, digests: &[DigestTimes]) -> Option<()> {
    insist(&world.sim, |_| async {
        let (request, digests) = (request(world)?, digests.to_vec());
        let answer = call(&world.sim, &world.context.fleet, move |function| {
            Box::pin(async move {
                replace_preferences(&function.context, &request, vec![], digests).await.ok().map(drop)
            })
        });
        answer.await.flatten()
    })
    .await
}

async fn name_audiences(world: &Arc<World>, audiences: &Recipients) -> Option<()> {
    insist(&world.sim, |_| async {
        let (request, audiences) = (request(world)?, audiences.clone());
        let answer = call(&world.sim, &world.context.fleet, move |function| {
            Box::pin(
                async move { replace_audiences(&function.context, &request, audiences).await.ok().map(drop) },
            )
        });
        answer.await.flatten()
    })
    .await
}

/// Names somebody for a deal, unless it does not stand any more.
async fn name_for(world: &Arc<World>, deal: &Deal, recipient: Recipient) {
    let named = insist(&world.sim, |_| async {
        let (request, recipients, id) = (request(world)?, vec![recipient.clone()], deal.id);
        let answer = call(&world.sim, &world.context.fleet, move |function| {
            Box::pin(async move {
                match replace_additional(&function.context, &request, id, recipients).await {
                    Ok(_) => Some(true),
                    Err(AdditionalError::Over | AdditionalError::Unknown) => Some(false),
                    Err(_) => None,
                }
            })
        });
        answer.await.flatten()
    });
    if named.await == Some(true)
        && let Some(phone) = recipient.phone()
    {
        let id = deal.id.to_string();
        let after_facts = locked(&world.facts).iter().filter(|fact| fact.stream_id == id).count();
        locked(&world.named).push(Named { deal: id, phone: phone.to_string(), after_facts });
    }
}
