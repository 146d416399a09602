//! News that are told in a digest: put into it, and moved along with it. Each step is a command that changes nothing when it is
//! given again, so after a crash the commit is relayed again and finds what is left to do.

use event_store::{BoxError, Commit, ExecuteError, Request, Stream};
use futures_util::future::try_join_all;
use notification_domain::message::{
    DigestEntry, DigestStands, MessageCommand, MessageRefusal, News, Notice, Plan, Planned, Wording,
};
use notification_domain::template::DIGEST_HEADING;
use notification_domain::{Message, NotificationId};

use crate::{Notifications, message_stream};

/// Most parts of one digest. What none of them takes leaves by itself.
const MOST_PARTS: u32 = 20;

/// Has news that await a digest gathered by the first part of it that takes them, or leave by themselves.
pub(super) async fn gather(
    notifications: &Notifications,
    commit: &Commit,
    stream: Stream<Message>,
) -> Result<Stream<Message>, BoxError> {
    let Some(message) = stream.state().planned().filter(|message| message.awaits_digest()) else {
        return Ok(stream);
    };
    let Some(entry) = &message.plan.digest else { return Ok(stream) };
    let notifications = notifications.of(commit.stream.tenant());
    let id: NotificationId = commit.stream.key().parse()?;
    let command = match put_in(&notifications, commit, message, entry, id).await? {
        Some(digest) => MessageCommand::Gathered { digest },
        None => MessageCommand::Release,
    };
    Ok(notifications.store.execute(&commit.stream, &request(&notifications, commit), &command).await?.stream)
}

/// The digest that has them now; `None` when none takes them. Whether a part has left or is full, the next one is asked: one that was
/// passed over after a crash may have them already.
async fn put_in(
    notifications: &Notifications,
    commit: &Commit,
    message: &Planned,
    entry: &DigestEntry,
    id: NotificationId,
) -> Result<Option<NotificationId>, BoxError> {
    let Some(audience) = message.plan.audience else { return Ok(None) };
    let plan = Plan {
        audience: Some(audience),
        correlation_id: message.plan.correlation_id.clone(),
        due: Some(entry.due),
        ..Plan::new(
            message.plan.recipient.clone(),
            Wording::Notice(Notice::Digest),
            DIGEST_HEADING.to_owned(),
        )
    };
    let news = News { notification: id, line: entry.line.clone() };
    let command = MessageCommand::Gather { plan: Box::new(plan), news };
    let (tenant, recipient) = (&notifications.tenant, &message.plan.recipient);
    for part in 0..MOST_PARTS {
        let digest = NotificationId::of_digest(tenant, audience, entry.due, part, recipient);
        let stream = message_stream(tenant, digest);
        let request = request(notifications, commit);
        match notifications.store.execute::<Message>(&stream, &request, &command).await {
            Ok(_) => return Ok(Some(digest)),
            Err(ExecuteError::Refused(MessageRefusal::Full | MessageRefusal::Left)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// Tells what a digest tells how it stands, so that it stands there, too.
pub(super) async fn lead(
    notifications: &Notifications,
    commit: &Commit,
    stream: &Stream<Message>,
) -> Result<(), BoxError> {
    let Some(digest) = stream.state().planned() else { return Ok(()) };
    let Some(stands) = DigestStands::of(digest) else { return Ok(()) };
    let notifications = notifications.of(commit.stream.tenant());
    let command = MessageCommand::Follow { digest: commit.stream.key().parse()?, stands };
    try_join_all(digest.news.iter().map(async |news| {
        let follower = message_stream(&notifications.tenant, news.notification);
        let request = request(&notifications, commit);
        notifications.store.execute::<Message>(&follower, &request, &command).await
    }))
    .await?;
    Ok(())
}

fn request(notifications: &Notifications, commit: &Commit) -> Request {
    let correlation = commit.provenance.correlation.clone();
    Request::new(notifications.own(correlation, Some(commit.id.to_string())))
}
