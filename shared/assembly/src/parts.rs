use std::sync::Arc;

use cloud::AwsConfig;
use event_store::dynamodb::{DynamoLog, DynamoOps, DynamoViews};
use event_store::{CommitLog, EventStore, Generations, Ops, View, Views};
use http_kit::Edge;
use kernel::{Clock, IdSource, RandomIds, SystemClock, Tenant, Timer};
use lambda_entry::{DirectHandler, TokioTimer};
use messaging::eventbridge::EventBridge;
use messaging::{BatchHandler, FactBus, OutboxAuditor, OwnCommits, Parking, Relay};

use crate::{EdgeLimits, Inbox, LogStream, Readiness, Settings, Upkeep, Upkept};

/// The ports of one context, connected.
#[derive(Clone)]
pub struct Parts {
    /// Whose data it is.
    pub tenant: Tenant,
    /// The table of commits.
    pub log: Arc<dyn CommitLog>,
    /// The table of projections, each in the generation that is live.
    pub views: Arc<dyn Views>,
    /// The same as generations, for upkeep; `None` where views never have more than one.
    pub generations: Option<Arc<Generations>>,
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
    /// Connects the ports to AWS, for a context with these views. No call is made yet.
    #[must_use]
    pub fn connect(aws: &AwsConfig, settings: Settings, declared: &'static [View]) -> Self {
        let tables = aws_sdk_dynamodb::Client::new(aws.sdk_config());
        let bus = aws_sdk_eventbridge::Client::new(aws.sdk_config());
        let table = Arc::new(DynamoViews::new(tables.clone(), settings.views_table));
        let ops: Arc<dyn Ops> = Arc::new(DynamoOps::new(tables.clone(), settings.ops_table));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let generations = Generations::new(declared, table.clone(), table, ops.clone(), clock.clone());
        let generations = Arc::new(generations);
        Self {
            tenant: settings.tenant,
            log: Arc::new(DynamoLog::new(tables, settings.log_table)),
            views: generations.clone(),
            generations: Some(generations),
            ops,
            bus: Arc::new(EventBridge::new(bus, settings.event_bus)),
            clock,
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

    /// What happens to every request, with the limits of callers.
    #[must_use]
    pub fn edge(&self) -> Edge {
        let edge = Edge::new(Arc::clone(&self.clock), Arc::clone(&self.ids));
        edge.limited(Arc::new(EdgeLimits::new(self)))
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
        let stream = LogStream::new(self.tenant.clone(), relay, self.parking());
        Arc::new(match &self.generations {
            Some(generations) => stream.writing(Arc::clone(generations)),
            None => stream,
        })
    }

    /// The handler of the context's inbox queue.
    #[must_use]
    pub fn inbox(&self, handler: Arc<dyn BatchHandler>) -> Arc<Inbox> {
        let inbox = Inbox::new(self.tenant.clone(), self.parking(), handler);
        Arc::new(match &self.generations {
            Some(generations) => inbox.writing(Arc::clone(generations)),
            None => inbox,
        })
    }

    /// The handler of direct invocations: upkeep by what the context says of itself, and `rest` for everything else.
    #[must_use]
    pub fn upkeep(&self, upkept: Arc<dyn Upkept>, rest: Arc<dyn DirectHandler>) -> Arc<dyn DirectHandler> {
        let Some(generations) = self.generations.clone() else { return rest };
        let (log, ops, clock) = (Arc::clone(&self.log), Arc::clone(&self.ops), Arc::clone(&self.clock));
        Arc::new(Upkeep::new(log, ops, generations, clock, upkept, rest))
    }

    /// Looks at the three tables.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let (log, views) = (Arc::clone(&self.log), Arc::clone(&self.views));
        Readiness::new(self.tenant.clone(), log, views, Arc::clone(&self.ops))
    }

    /// Opens the connection to the tables before the first request needs it, and learns which generations of views are
    /// live.
    pub async fn warm_up(&self) {
        match &self.generations {
            Some(generations) => cloud::warm_up("tables", generations.refresh()).await,
            None => cloud::warm_up("tables", self.log.guard_holder(&self.tenant, "warm-up")).await,
        }
    }
}
