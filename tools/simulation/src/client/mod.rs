//! The people at the other end of the API: they ask, lose patience, ask again under the same key, and remember what
//! they were told.

pub(crate) mod edge;
mod storekeeper;
mod trader;
mod workload;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use deal_domain::DealId;

use crate::sync::locked;
use crate::world::World;

pub use workload::Workload;

/// What a trader was told about a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Nothing, however often they asked.
    Unknown,
    /// It is registered.
    Accepted,
    /// It breaks rules.
    Refused,
}

/// One deal as its trader saw it.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Who buys; names the intent, whatever becomes of keys and identities.
    pub customer: String,
    /// The key of its requests.
    pub key: String,
    /// The deal it became, as the trader was told.
    pub deal: DealId,
    /// What the trader was told.
    pub reply: Reply,
    /// Every status the trader was shown.
    pub told: Vec<String>,
}

/// One errand of the storekeeper.
#[derive(Debug, Clone)]
pub struct Errand {
    /// A text that its one event carries.
    pub mark: String,
    /// Whether the storekeeper was told that it is done.
    pub accepted: bool,
}

/// What the clients wanted, and what they were told.
#[derive(Default)]
pub struct Diary {
    intents: Mutex<Vec<Intent>>,
    errands: Mutex<Vec<Errand>>,
    busy: AtomicUsize,
}

impl Diary {
    /// Every deal that was ever asked for.
    #[must_use]
    pub fn intents(&self) -> Vec<Intent> {
        locked(&self.intents).clone()
    }

    /// Every errand that was ever run.
    #[must_use]
    pub fn errands(&self) -> Vec<Errand> {
        locked(&self.errands).clone()
    }

    /// Whether nobody asks for anything any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == 0
    }
}

/// Lets the storekeeper fill the shelves, then the traders trade while the storekeeper goes on.
pub fn start(world: &Arc<World>, workload: Workload) {
    let people = 1 + workload.orders.len() + workload.errands.len();
    world.diary.busy.store(people, Ordering::Relaxed);
    let opening = Arc::clone(world);
    world.sim.spawn(async move {
        storekeeper::fill_the_shelves(&opening, &workload.shelves).await;
        for order in workload.orders {
            let world = Arc::clone(&opening);
            opening.sim.spawn(async move {
                trader::trade(&world, order).await;
                world.diary.busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        for errand in workload.errands {
            let world = Arc::clone(&opening);
            opening.sim.spawn(async move {
                storekeeper::run(&world, errand).await;
                world.diary.busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        opening.diary.busy.fetch_sub(1, Ordering::Relaxed);
    });
}
