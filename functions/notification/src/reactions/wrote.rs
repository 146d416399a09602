//! What a person wrote on WhatsApp: a code confirms a subscription, `STOP` ends them all, and either is answered.

use event_store::BoxError;
use notification_domain::subscription::{Saying, Standing};
use notification_domain::{AudienceName, SubscriptionId};
use uuid::Uuid;

use super::reading::{Reading, Sent};
use crate::Notifications;
use crate::codes::CodeKey;
use crate::commands::pending;
use crate::hook::Writing;

/// Namespace of the causes of answers: messages of people.
const WRITINGS: Uuid = Uuid::from_u128(0x81d4_f0a6_3b52_5e9c_b7c1_92e8_06fd_45a3);

/// Acts on what somebody wrote.
pub(super) async fn act(
    notifications: &Notifications,
    codes: &CodeKey,
    writing: &Writing,
) -> Result<(), BoxError> {
    let cause = Uuid::new_v5(&WRITINGS, writing.message.as_bytes());
    let sent = Sent { message: writing.message.clone(), at: writing.at, chat: None, cause };
    let reading = Reading::new(notifications, sent)?;
    // One for each audience, also those nobody has asked for.
    let ids =
        AudienceName::ALL.map(|audience| SubscriptionId::of(&notifications.tenant, &writing.phone, audience));
    match Saying::of(&writing.text) {
        Saying::Code(code) => confirm(&reading, codes, &code, ids).await,
        Saying::Stop => reading.end(ids).await.map(|_| ()),
        Saying::Other => Ok(()),
    }
}

/// The code confirms the one subscription that it belongs to. One that belongs to none is a wrong guess at each that waits.
async fn confirm(
    reading: &Reading<'_>,
    codes: &CodeKey,
    code: &str,
    ids: impl IntoIterator<Item = SubscriptionId>,
) -> Result<(), BoxError> {
    let mut all = Vec::new();
    for id in ids {
        all.push((id, reading.load(id).await?));
    }
    let fits = |id: SubscriptionId, standing: &Standing| codes.digest(id, code) == standing.asked.code;
    let meant = all.iter().find(|(id, stream)| {
        let standing = stream.state().standing();
        let confirmed = standing.filter(|standing| reading.has_confirmed(standing));
        confirmed.or(pending(stream.state())).is_some_and(|it| fits(*id, it))
    });
    let asked: Vec<_> = match meant {
        Some(meant) => vec![meant],
        None => all.iter().filter(|(_, stream)| pending(stream.state()).is_some()).collect(),
    };
    for (id, _) in asked {
        reading.confirm(*id, codes.digest(*id, code)).await?;
    }
    Ok(())
}
