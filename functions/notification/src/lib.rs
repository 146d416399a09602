//! The notification context: who is told of deals, what, and what becomes of each message. See `README.md` beside this crate.

use std::sync::Arc;

use event_store::{EventStore, Ops, StreamId, Views};
use kernel::{Actor, Aggregate, Clock, IdSource, Provenance, Tenant};
use notification_domain::{
    AdditionalRecipients, Audiences, DealId, Message, NotificationId, Preferences, Subscription,
    SubscriptionId,
};

pub mod adapters;
pub mod catalogue;
pub mod codes;
pub mod commands;
pub mod config;
pub mod deal_told;
pub mod direct;
pub mod hook;
pub mod http;
pub mod notification_view;
pub mod ports;
pub mod projections;
pub mod provider;
pub mod queries;
pub mod quiet_hours;
pub mod reactions;
pub mod sending;
pub mod subscription_view;
pub mod upkeep;
pub mod window;

/// This context's name, in keys, queues and envelopes.
pub const CONTEXT: &str = "notification";

/// What every use case of this context works with.
#[derive(Clone)]
pub struct Notifications {
    /// Whose notifications they are.
    pub tenant: Tenant,
    /// Audiences and messages.
    pub store: EventStore,
    /// Lists of notifications, and what is known of products.
    pub views: Arc<dyn Views>,
    /// Breakers, limits, and when recipients last wrote.
    pub ops: Arc<dyn Ops>,
    /// The inventory context, asked where its facts have not arrived yet.
    pub goods: Arc<dyn ports::Goods>,
    /// The deal context, asked what a deal would be told as.
    pub deals: Arc<dyn ports::Deals>,
    /// The queues of this context.
    pub queues: Arc<dyn ports::Queues>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identities, and dice.
    pub ids: Arc<dyn IdSource>,
}

impl Notifications {
    /// The notifications of a firm: whoever acts sees and touches nothing else.
    #[must_use]
    pub fn of(&self, tenant: &Tenant) -> Self {
        Self { tenant: tenant.clone(), ..self.clone() }
    }

    /// What this context does of its own accord, because of `causation`.
    fn own(&self, correlation: kernel::CorrelationId, causation: Option<String>) -> Provenance {
        Provenance {
            tenant: self.tenant.clone(),
            actor: Actor::system(CONTEXT),
            correlation,
            causation,
            traceparent: None,
        }
    }
}

impl std::fmt::Debug for Notifications {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notifications").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// The stream of a notification.
#[must_use]
pub fn message_stream(tenant: &Tenant, notification: NotificationId) -> StreamId {
    StreamId::new(tenant.clone(), Message::KIND, notification)
}

/// The stream of a subscription.
#[must_use]
pub fn subscription_stream(tenant: &Tenant, subscription: SubscriptionId) -> StreamId {
    StreamId::new(tenant.clone(), Subscription::KIND, subscription)
}

/// The stream of those whom a deal is told to besides the audiences.
#[must_use]
pub fn additional_stream(tenant: &Tenant, deal: DealId) -> StreamId {
    StreamId::new(tenant.clone(), AdditionalRecipients::KIND, deal)
}

/// The stream of a firm's audiences: there is one.
#[must_use]
pub fn audiences_stream(tenant: &Tenant) -> StreamId {
    StreamId::new(tenant.clone(), Audiences::KIND, "all")
}

/// The stream of a firm's preferences: there is one.
#[must_use]
pub fn preferences_stream(tenant: &Tenant) -> StreamId {
    StreamId::new(tenant.clone(), Preferences::KIND, "all")
}
