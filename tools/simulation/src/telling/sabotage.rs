//! Wrappers around the context's handlers that some mutants need. Without their mutant they are not there at all.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use event_store::{BoxError, Proposed, Request};
use kernel::{Actor, Clock, Provenance, Timestamp};
use lambda_entry::{InboxHandler, InboxRecord};
use messaging::{BatchHandler, Envelope, RecordFault};
use notification::hook::{Heard, Said};
use notification::{Notifications, message_stream};
use notification_domain::message::{MessageEvent, MessageRefusal, ProviderStatus, State};
use notification_domain::{Message, NotificationId};
use uuid::Uuid;

use super::webhooks::NUMBER_ID;
use crate::contexts::Surroundings;
use crate::mutants::Mutant;
use crate::sync::locked;

/// By how much the sender's clock is fast that does not wait for the provider's word, in milliseconds.
const FAST_MS: i64 = 150_000;
/// Namespace of the identities that redelivered facts are given.
const AGAIN: Uuid = Uuid::from_u128(0x6a0f_13d2_58b7_5c94_93e1_7d20_b4c8_1fe5);

/// What the sender works with, perhaps with a clock by which every outcome was waited for.
pub(super) fn sender(around: &Surroundings, notifications: &Notifications) -> Notifications {
    let mut taken = notifications.clone();
    if around.sim.lacks(Mutant::WordNotAwaited) {
        taken.clock = Arc::new(FastClock(Arc::clone(&notifications.clock)));
    }
    taken
}

/// The reactions, perhaps without recognizing what comes again.
pub(super) fn reactions(around: &Surroundings, reactions: Arc<dyn BatchHandler>) -> Arc<dyn BatchHandler> {
    if around.sim.lacks(Mutant::RedeliveryIsNews) {
        Arc::new(RedeliveryIsNews { reactions, seen: Arc::clone(&around.seen) })
    } else {
        reactions
    }
}

/// The desk, perhaps with the last status deciding.
pub(super) fn desk(
    around: &Surroundings,
    notifications: &Notifications,
    desk: Arc<dyn InboxHandler>,
) -> Arc<dyn InboxHandler> {
    if around.sim.lacks(Mutant::LateStatusDecides) {
        Arc::new(LateStatusDecides { desk, notifications: notifications.clone() })
    } else {
        desk
    }
}

struct FastClock(Arc<dyn Clock>);

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.0.now().plus_ms(FAST_MS)
    }
}

struct RedeliveryIsNews {
    reactions: Arc<dyn BatchHandler>,
    seen: Arc<Mutex<BTreeSet<Uuid>>>,
}

#[async_trait]
impl BatchHandler for RedeliveryIsNews {
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut taken = facts.to_vec();
        for fact in &mut taken {
            while !locked(&self.seen).insert(fact.id) {
                fact.id = Uuid::new_v5(&AGAIN, fact.id.as_bytes());
            }
        }
        self.reactions.on_facts(&taken).await
    }

    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault> {
        self.reactions.on_schedule(name).await
    }
}

struct LateStatusDecides {
    desk: Arc<dyn InboxHandler>,
    notifications: Notifications,
}

impl LateStatusDecides {
    /// Takes a message back to what is heard last.
    async fn lower(&self, notification: NotificationId, status: ProviderStatus) -> Result<(), BoxError> {
        let tenant = self.notifications.tenant.clone();
        let stream = message_stream(&tenant, notification);
        let correlation = notification.uuid().simple().to_string().parse()?;
        let actor = Actor::system(notification::CONTEXT);
        let request =
            Request::new(Provenance { tenant, actor, correlation, causation: None, traceparent: None });
        let decide = |stream: &event_store::Stream<Message>| -> Result<_, MessageRefusal> {
            let further = |state| matches!(state, State::Delivered | State::Read);
            let late = status == ProviderStatus::Sent
                && stream.state().planned().is_some_and(|message| further(message.state));
            let accepted = MessageEvent::NotificationAccepted { provider_id: String::new() };
            Ok(late.then(|| Proposed::new(accepted)).into_iter().collect())
        };
        self.notifications.store.change::<Message, _, _>(&stream, &request, None, decide).await?;
        Ok(())
    }
}

#[async_trait]
impl InboxHandler for LateStatusDecides {
    async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String> {
        let heard = records
            .iter()
            .filter_map(|record| serde_json::from_str::<Heard<'_>>(&record.body).ok()?.read(NUMBER_ID).ok());
        for said in heard.flatten().collect::<Vec<_>>() {
            if let Said::Status { notification, status, .. } = said
                && self.lower(notification, status).await.is_err()
            {
                return records.into_iter().map(|record| record.message_id).collect();
            }
        }
        self.desk.handle(records).await
    }
}
