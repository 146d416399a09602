//! The notification function, put together as its `main.rs` does it, on simulated ports.

use std::sync::Arc;

use notification::adapters::memory::MemoryDeals;
use notification::codes::CodeKey;
use notification::ports::Messengers;
use notification::projections::Projections;
use notification::reactions::{Hooks, Reactions};
use notification::sending::{Desk, Sender};
use notification::{CONTEXT, Notifications};

use super::neighbours::{DealsPort, GoodsPort};
use super::provider::Provider;
use super::sabotage;
use super::webhooks::NUMBER_ID;
use crate::contexts::{Function, Surroundings};
use crate::platform::function::{Fleet, Instance};
use crate::ports::messenger::MessengerPort;
use crate::ports::queues::{QueueSet, QueuesPort};

/// What this function has besides what every function has.
pub(super) struct Around {
    pub(super) usual: Surroundings,
    pub(super) queues: QueueSet,
    pub(super) deals: Arc<MemoryDeals>,
    pub(super) whatsapp: Arc<Provider>,
    pub(super) sms: Arc<Provider>,
}

impl Around {
    /// The notification function.
    pub(super) fn notification(self) -> Arc<Fleet<Function<Notifications>>> {
        let sim = Arc::clone(&self.usual.sim);
        Fleet::new(sim, CONTEXT, move |instance| self.start(instance))
    }

    fn start(&self, instance: &Arc<Instance>) -> Function<Notifications> {
        let parts = self.usual.parts(instance);
        let io = || self.usual.io(instance);
        let notifications = Notifications {
            tenant: parts.tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            ops: Arc::clone(&parts.ops),
            goods: Arc::new(GoodsPort(io())),
            deals: Arc::new(DealsPort::new(io(), Arc::clone(&self.deals))),
            queues: Arc::new(QueuesPort::new(io(), self.queues.clone())),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let commits = Arc::new(Projections::new(notifications.clone()));
        let relay = parts.relay(CONTEXT, crate::sabotage::commits(&self.usual.sim, &parts, commits));
        let reactions = Arc::new(Reactions::new(notifications.clone(), parts.auditor(relay.clone())));
        let reactions = sabotage::reactions(&self.usual, reactions);
        let codes = CodeKey::derived_from(&[7; 32]);
        let hooks = Hooks::new(notifications.clone(), parts.parking(), NUMBER_ID, codes);
        let port = |provider: &Arc<Provider>| Arc::new(MessengerPort::new(io(), Arc::clone(provider)));
        let messengers = Messengers {
            whatsapp: port(&self.whatsapp),
            // Nobody here has a chat or a mailbox.
            telegram: port(&self.sms),
            email: port(&self.sms),
            sms: port(&self.sms),
        };
        let sending = sabotage::sender(&self.usual, &notifications);
        let sender = Sender::new(sending, messengers, parts.parking());
        let desk = Arc::new(Desk::new(sender, hooks, parts.inbox(reactions)));
        let desk = sabotage::desk(&self.usual, &notifications, desk);
        Function::serving(notifications, relay, desk)
    }
}
