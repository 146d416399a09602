//! What this context does with its own commits: put what is planned into the channel's queue, keep the list up to date, and
//! tell the others.

mod digests;
mod notification_rows;
mod subscription_rows;

use async_trait::async_trait;
use event_store::{BoxError, Commit, LoadFrom, Request, Stream};
use kernel::{Aggregate as _, Recorded};
use messaging::{OwnCommits, Publication};
use notification_domain::audience::additional::AdditionalEvent;
use notification_domain::message::{MessageCommand, MessageEvent, Planned, State};
use notification_domain::published::{NotificationStands, RecipientsNamed, fact_type};
use notification_domain::{AdditionalRecipients, DealId, Message, NotificationId, Subscription};

pub use notification_rows::{
    BY_DEAL, BY_RECIPIENT, BY_STATE, notifications_by_deal, notifications_by_recipient,
    notifications_by_state, notifications_partition,
};
pub use subscription_rows::{
    BY_AUDIENCE, BY_CHAT, subscriptions_by_audience, subscriptions_by_chat, subscriptions_partition,
};

use crate::Notifications;
use crate::ports::SendOrder;

/// Version of the published facts' shapes.
const FACT_VERSION: u16 = 1;

/// Keeps the lists, and does nothing else.
#[derive(Debug, Clone)]
pub struct Lists {
    notifications: Notifications,
}

impl Lists {
    /// Projects into the views of `notifications`.
    #[must_use]
    pub const fn new(notifications: Notifications) -> Self {
        Self { notifications }
    }

    /// Writes the row of a message.
    async fn show(&self, stream: &Stream<Message>) -> Result<(), BoxError> {
        let Some(message) = stream.state().planned() else { return Ok(()) };
        let id: NotificationId = stream.id().key().parse()?;
        let notifications = self.notifications.of(stream.id().tenant());
        notification_rows::project(&notifications, id, message, stream.version()).await
    }

    /// The message just before `commit`. The first commit needs no read.
    async fn before(&self, commit: &Commit) -> Result<Message, BoxError> {
        if commit.first == 1 {
            return Ok(Message::default());
        }
        let mut commits = self.notifications.store.log().load(&commit.stream, LoadFrom::Beginning).await?;
        commits.retain(|earlier| earlier.first < commit.first);
        Ok(Stream::<Message>::fold(commit.stream.clone(), &commits, commit.at)?.state().clone())
    }
}

/// Orders, projects and publishes the commits of this context.
#[derive(Debug, Clone)]
pub struct Projections {
    notifications: Notifications,
    lists: Lists,
}

impl Projections {
    /// Projects into the views of `notifications`, and orders in its queues.
    #[must_use]
    pub fn new(notifications: Notifications) -> Self {
        Self { lists: Lists::new(notifications.clone()), notifications }
    }

    /// Puts a planned message into the queue. After a crash the commit is relayed again: the queue drops the second order, or
    /// the message is past it.
    async fn order(&self, commit: &Commit, stream: Stream<Message>) -> Result<Stream<Message>, BoxError> {
        let to_order = |message: &&Planned| message.state == State::Planned && !message.awaits_digest();
        let Some(message) = stream.state().planned().filter(to_order) else {
            return Ok(stream);
        };
        let tenant = commit.stream.tenant();
        let correlation = commit.provenance.correlation.clone();
        let send: NotificationId = commit.stream.key().parse()?;
        let address = message.address();
        let channel = address.channel();
        let patient = message.plan.due.is_some();
        let order =
            SendOrder { send, tenant: tenant.clone(), correlation: correlation.clone(), channel, patient };
        // Not by the commit at hand: an old one that is relayed again while a retry is planned must not use up its order.
        let planned_in = message.planned_in;
        let once = format!("{}-{planned_in}", send.uuid().simple());
        self.notifications.queues.order(&order, address, &once).await?;
        let provenance = self.notifications.of(tenant).own(correlation, Some(commit.id.to_string()));
        let request = Request::new(provenance);
        let command = MessageCommand::Queue { planned_in };
        let queued = self.notifications.store.execute(&commit.stream, &request, &command).await?;
        Ok(queued.stream)
    }
}

#[async_trait]
impl OwnCommits for Projections {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        if commit.stream.kind() != Message::KIND {
            return self.lists.project(commit).await;
        }
        let stream = self.notifications.store.load::<Message>(&commit.stream).await?;
        let stream = digests::gather(&self.notifications, commit, stream).await?;
        let stream = self.order(commit, stream).await?;
        digests::lead(&self.notifications, commit, &stream).await?;
        self.lists.show(&stream).await
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        self.lists.publications(commit).await
    }
}

#[async_trait]
impl OwnCommits for Lists {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        match commit.stream.kind() {
            Message::KIND => self.show(&self.notifications.store.load(&commit.stream).await?).await,
            Subscription::KIND => {
                let notifications = self.notifications.of(commit.stream.tenant());
                subscription_rows::project(&notifications, commit).await
            }
            // Audiences, additional recipients and preferences are read from their streams.
            _ => Ok(()),
        }
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        if commit.stream.kind() == AdditionalRecipients::KIND {
            return recipients_named(commit);
        }
        if commit.stream.kind() != Message::KIND {
            return Ok(vec![]);
        }
        let id: NotificationId = commit.stream.key().parse()?;
        let events: Vec<MessageEvent> =
            commit.events.iter().map(|stored| stored.decode()).collect::<Result<_, _>>()?;
        // Most commits are nobody else's business, and need no look at what was before.
        if !events.iter().any(moves_on) {
            return Ok(vec![]);
        }
        let mut message = self.before(commit).await?;
        let mut publications = Vec::new();
        for (sequence, event) in (commit.first..).zip(events) {
            let before = message.planned().map_or(State::Planned, |message| message.state);
            let recorded = Recorded { sequence, at: commit.at, event };
            message = message.evolve(&recorded);
            if let Some(after) = message.planned()
                && let Some(name) = fact_type(&recorded.event, before, after)
            {
                // What is about no deal is nobody else's business.
                let Some(fact) = NotificationStands::of(id, after) else { continue };
                publications.push(Publication::new(sequence, name, FACT_VERSION, &fact)?);
            }
        }
        Ok(publications)
    }
}

fn recipients_named(commit: &Commit) -> Result<Vec<Publication>, BoxError> {
    let deal: DealId = commit.stream.key().parse()?;
    let mut publications = Vec::with_capacity(commit.events.len());
    for (sequence, stored) in (commit.first..).zip(&commit.events) {
        let event: AdditionalEvent = stored.decode()?;
        let fact = RecipientsNamed::of(deal, &event);
        publications.push(Publication::new(sequence, RecipientsNamed::TYPE, FACT_VERSION, &fact)?);
    }
    Ok(publications)
}

const fn moves_on(event: &MessageEvent) -> bool {
    matches!(
        event,
        MessageEvent::NotificationAccepted { .. }
            | MessageEvent::StatusReported { .. }
            | MessageEvent::NotificationFailed { .. }
            | MessageEvent::DigestMoved { .. }
    )
}
