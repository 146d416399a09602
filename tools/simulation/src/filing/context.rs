//! The sync function, put together as its `main.rs` does it, on simulated ports.

use std::sync::Arc;

use resilience::{Breaker, Limiter};
use sync::adapters::Unconnected;
use sync::projections::Projections;
use sync::reactions::Reactions;
use sync::worker::Worker;
use sync::{BREAKER, CONTEXT, Sheets};
use sync_domain::Policy;

use super::neighbours::{Deals, Nobody, ProductPort, WorkPort};
use super::sheet::{Sheet, SheetPort};
use crate::contexts::{Function, Surroundings};
use crate::platform::fifo::Fifo;
use crate::platform::function::{Fleet, Instance};
use crate::sabotage;

/// What this function has besides what every function has.
pub(super) struct Around {
    pub(super) usual: Surroundings,
    pub(super) work: Arc<Fifo>,
    pub(super) sheet: Arc<Sheet>,
    pub(super) policy: Policy,
}

impl Around {
    /// The sync function.
    pub(super) fn sync(self) -> Arc<Fleet<Function<Sheets>>> {
        let sim = Arc::clone(&self.usual.sim);
        Fleet::new(sim, CONTEXT, move |instance| self.start(instance))
    }

    fn start(&self, instance: &Arc<Instance>) -> Function<Sheets> {
        let parts = self.usual.parts(instance);
        let io = || self.usual.io(instance);
        let (ops, clock) = (&parts.ops, &parts.clock);
        let breaker =
            Breaker::new(Arc::clone(ops), Arc::clone(clock), parts.tenant.clone(), "google-sheets", BREAKER);
        let sheets = Sheets {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            ops: Arc::clone(ops),
            spreadsheet: Arc::new(SheetPort::new(io(), Arc::clone(&self.sheet))),
            work: Arc::new(WorkPort::new(io(), Arc::clone(&self.work))),
            tabs: Arc::new(Unconnected),
            listings: Arc::new(Nobody),
            products: Arc::new(ProductPort(io())),
            deals: Arc::new(Deals(io())),
            breaker,
            limiter: Limiter::new(Arc::clone(ops), Arc::clone(clock), parts.tenant.clone()),
            policy: self.policy,
            clock: Arc::clone(clock),
            ids: Arc::clone(&parts.ids),
        };
        let commits = Arc::new(Projections::new(sheets.clone()));
        let relay = parts.relay(CONTEXT, sabotage::commits(&self.usual.sim, &parts, commits));
        let reactions = Reactions::new(sheets.clone(), parts.auditor(relay.clone()));
        let worker = Worker::new(sheets.clone(), parts.inbox(Arc::new(reactions)));
        Function::serving(sheets, relay, Arc::new(worker))
    }
}
