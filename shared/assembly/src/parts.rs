use std::sync::Arc;

use cloud::AwsConfig;
use event_store::dynamodb::{DynamoLog, DynamoOps, DynamoViews};
use event_store::{CommitLog, EventStore, Ops, Views};
use kernel::{Clock, IdSource, RandomIds, SystemClock, Tenant, Timer};
use lambda_entry::TokioTimer;
use messaging::eventbridge::EventBridge;
use messaging::{BatchHandler, FactBus, OutboxAuditor, OwnCommits, Parking, Relay};

use crate::{Inbox, LogStream, Readiness, Settings};

/// The ports of one context, connected.
#[derive(Clone)]
pub struct Parts {
    /// Whose data it is.
    pub tenant: Tenant,
    /// The table of commits.
    pub log: Arc<dyn CommitLog>,
    /// The table of projections.
    pub views: Arc<dyn Views>,
    /// The table of mutable items.
    pub ops: Arc<dyn Ops>,
    /// The bus.
    pub bus: Arc<dyn FactBus>,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// The machine's source of identities.
    pub ids: Arc<dyn IdSource>,
    /// The runtime's timer.
    pub timer: Arc<dyn Timer>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Parts {
    /// Connects the ports to AWS. No call is made yet.
    #[must_use]
    pub fn connect(aws: &AwsConfig, settings: Settings) -> Self {
        let tables = aws_sdk_dynamodb::Client::new(aws.sdk_config());
        let bus = aws_sdk_eventbridge::Client::new(aws.sdk_config());
        Self {
            tenant: settings.tenant,
            log: Arc::new(DynamoLog::new(tables.clone(), settings.log_table)),
            views: Arc::new(DynamoViews::new(tables.clone(), settings.views_table)),
            ops: Arc::new(DynamoOps::new(tables, settings.ops_table)),
            bus: Arc::new(EventBridge::new(bus, settings.event_bus)),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            timer: Arc::new(TokioTimer),
        }
    }

    /// The event store on the log.
    #[must_use]
    pub fn store(&self) -> EventStore {
        EventStore::new(
            Arc::clone(&self.log),
            Arc::clone(&self.clock),
            Arc::clone(&self.ids),
            Arc::clone(&self.timer),
        )
    }

    /// The relay of `context`.
    #[must_use]
    pub fn relay(&self, context: &'static str, commits: Arc<dyn OwnCommits>) -> Relay {
        let (bus, ops) = (Arc::clone(&self.bus), Arc::clone(&self.ops));
        Relay::new(context, commits, bus, ops, Arc::clone(&self.clock), Arc::clone(&self.timer))
    }

    /// The auditor of the outbox that `relay` empties.
    #[must_use]
    pub fn auditor(&self, relay: Relay) -> OutboxAuditor {
        let (log, ops) = (Arc::clone(&self.log), Arc::clone(&self.ops));
        OutboxAuditor::new(self.tenant.clone(), log, ops, relay, Arc::clone(&self.clock))
    }

    /// Where records wait that no retry can help.
    #[must_use]
    pub fn parking(&self) -> Parking {
        Parking::new(Arc::clone(&self.ops), Arc::clone(&self.clock))
    }

    /// The handler of the context's own log stream.
    #[must_use]
    pub fn log_stream(&self, relay: Relay) -> Arc<LogStream> {
        Arc::new(LogStream::new(self.tenant.clone(), relay, self.parking()))
    }

    /// The handler of the context's inbox queue.
    #[must_use]
    pub fn inbox(&self, handler: Arc<dyn BatchHandler>) -> Arc<Inbox> {
        Arc::new(Inbox::new(self.tenant.clone(), self.parking(), handler))
    }

    /// Looks at the three tables.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let (log, views) = (Arc::clone(&self.log), Arc::clone(&self.views));
        Readiness::new(self.tenant.clone(), log, views, Arc::clone(&self.ops))
    }

    /// Opens the connection to the tables before the first request needs it.
    pub async fn warm_up(&self) {
        cloud::warm_up("tables", self.log.guard_holder(&self.tenant, "warm-up")).await;
    }
}
