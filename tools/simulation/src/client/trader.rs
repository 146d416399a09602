//! A trader registers one deal, perhaps waits for its decision, perhaps notes something on it, perhaps calls it off.

use std::sync::Arc;

use deal::commands::{
    Missing, RegisterError, SaleFault, amend_deal, await_decision, cancel_deal, register_deal,
};
use deal_domain::DealId;
use deal_domain::deal::{CommentsPatch, DealRefusal};
use event_store::{ExecuteError, Request};

use super::edge::{call, deal_of, insist, request};
use super::workload::Order;
use super::{Intent, Reply};
use crate::faults::Sight;
use crate::mutants::Mutant;
use crate::sync::locked;
use crate::world::World;

const TRADER: &str = "user_trader";

/// What a registration came to.
enum Registered {
    Accepted {
        deal: DealId,
        replayed: bool,
    },
    Refused,
    /// An answer that no request of a trader may ever get.
    Absurd(String),
}

pub(super) async fn trade(world: &Arc<World>, order: Order) {
    world.sim.sleep(order.start_ms).await;
    let key = format!("key-{}", order.number);
    let mut intent = Intent {
        customer: order.sale.customer.to_string(),
        deal: deal_of(&key),
        key,
        reply: Reply::Unknown,
        told: Vec::new(),
    };
    match insist(&world.sim, |attempt| register(world, &order, &intent.key, attempt)).await {
        Some(Registered::Accepted { deal, replayed }) => {
            if replayed {
                world.sim.saw(Sight::Replayed);
            }
            (intent.deal, intent.reply) = (deal, Reply::Accepted);
            world.sim.event("accepted", || format!("{} is {deal}", intent.customer));
            follow_up(world, &order, &mut intent).await;
        }
        Some(Registered::Refused) => {
            world.sim.saw(Sight::TermsRefused);
            intent.reply = Reply::Refused;
        }
        Some(Registered::Absurd(answer)) => world.sim.violate("a repeated request is answered alike", answer),
        None => world.sim.event("given up", || intent.customer.clone()),
    }
    locked(&world.diary.intents).push(intent);
}

async fn register(world: &Arc<World>, order: &Order, key: &str, attempt: u32) -> Option<Registered> {
    let key =
        if world.sim.lacks(Mutant::FreshKeyOnRetry) { format!("{key}-{attempt}") } else { key.to_owned() };
    let (deal, sale) = (deal_of(&key), order.sale.clone());
    let request = request(world, TRADER, Some(&key))?;
    let answer = call(&world.sim, &world.deal.fleet, move |function| {
        Box::pin(async move {
            match register_deal(&function.context, &request, deal, sale, Missing::Create).await {
                Ok(registration) => {
                    Some(Registered::Accepted { deal, replayed: registration.outcome.replayed })
                }
                // Every product exists, and whoever is missing is entered.
                Err(RegisterError::Refused(faults))
                    if faults.iter().all(|fault| matches!(fault, SaleFault::Terms(_))) =>
                {
                    Some(Registered::Refused)
                }
                Err(
                    error @ (RegisterError::Refused(_)
                    | RegisterError::Execute(ExecuteError::KeyReused | ExecuteError::Refused(_))),
                ) => Some(Registered::Absurd(format!("{deal}: {}", kernel::error::chain(&error)))),
                Err(RegisterError::Catalogue(_) | RegisterError::Parties(_) | RegisterError::Execute(_)) => {
                    None
                }
            }
        })
    });
    answer.await.flatten()
}

async fn follow_up(world: &Arc<World>, order: &Order, intent: &mut Intent) {
    if let Some(wait_ms) = order.wait_ms {
        let deal = intent.deal;
        let status = insist(&world.sim, |_| decision(world, deal, wait_ms)).await;
        intent.told.extend(status.filter(|status| status != "pending"));
    }
    if let Some(delay_ms) = order.amend_after_ms {
        world.sim.sleep(delay_ms).await;
        let key = format!("{}-amend", intent.key);
        let (deal, key) = (intent.deal, key.as_str());
        insist(&world.sim, |_| amend(world, deal, key)).await;
    }
    if let Some(delay_ms) = order.cancel_after_ms {
        world.sim.sleep(delay_ms).await;
        let key = format!("{}-cancel", intent.key);
        let (deal, key) = (intent.deal, key.as_str());
        intent.told.extend(insist(&world.sim, |_| cancel(world, deal, key)).await);
    }
}

/// The status after at most `wait_ms`.
async fn decision(world: &Arc<World>, deal: DealId, wait_ms: u64) -> Option<String> {
    let answer = call(&world.sim, &world.deal.fleet, move |function| {
        Box::pin(async move {
            let until = function.context.clock.now().plus_ms(i64::try_from(wait_ms).ok()?);
            let stream = await_decision(&function.context, deal, until).await.ok()?;
            let registered = stream.state().registered();
            Some(registered.map_or_else(|| "unknown".to_owned(), |deal| deal.status.name().to_owned()))
        })
    });
    answer.await.flatten()
}

/// The status the trader is left with.
async fn cancel(world: &Arc<World>, deal: DealId, key: &str) -> Option<String> {
    let request = request(world, TRADER, Some(key))?;
    let answer = call(&world.sim, &world.deal.fleet, move |function| {
        Box::pin(async move {
            match cancel_deal(&function.context, &request, deal, Some("changed my mind".to_owned())).await {
                Ok(_) => Some("cancelled".to_owned()),
                Err(ExecuteError::Refused(DealRefusal::Rejected)) => Some("rejected".to_owned()),
                Err(ExecuteError::Refused(_)) => Some("unknown".to_owned()),
                Err(_) => None,
            }
        })
    });
    answer.await.flatten()
}

/// Reads the deal's version, then notes something on that version.
async fn amend(world: &Arc<World>, deal: DealId, key: &str) -> Option<()> {
    let base: Request = request(world, TRADER, Some(key))?;
    let answer = call(&world.sim, &world.deal.fleet, move |function| {
        Box::pin(async move {
            let shown = deal::queries::deal(&function.context, deal).await.ok()??;
            let patch =
                CommentsPatch { sale: Some(Some("call before delivery".to_owned())), ..Default::default() };
            let request = Request { expected: Some(shown.version), ..base };
            // A version that was changed in between is read anew by the next request.
            amend_deal(&function.context, &request, deal, patch.into()).await.ok().map(drop)
        })
    });
    answer.await.flatten()
}
