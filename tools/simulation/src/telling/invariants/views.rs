use std::collections::BTreeMap;

use event_store::{Row, Stream};
use kernel::Aggregate as _;
use notification::notification_view::NotificationView;
use notification::projections::{notifications_by_state, notifications_partition};
use notification_domain::{Message, NotificationId};

use crate::sync::locked;
use crate::telling::World;

/// Every message has a row that shows it as it is, listed where it belongs; there is no other row, and the second set of
/// books says the same.
pub(super) fn rows_are_the_fold(world: &World) -> Result<(), String> {
    let now = world.sim.now();
    let rows = world.context.tables.views.memory().rows();
    let mut rows: BTreeMap<(String, String), Row> =
        rows.into_iter().map(|row| ((row.pk.clone(), row.sk.clone()), row)).collect();
    let streams = world.context.tables.log.memory().streams();
    for (stream, commits) in streams.into_iter().filter(|(stream, _)| stream.kind() == Message::KIND) {
        let id: NotificationId = stream.key().parse().map_err(|error| format!("{error}"))?;
        let folded = Stream::<Message>::fold(stream.clone(), &commits, now).map_err(|e| e.to_string())?;
        let message = folded.state().planned().ok_or_else(|| format!("{id} is not planned"))?;
        let place = (notifications_partition(&world.tenant), format!("{}#{id}", message.planned_at));
        let row = rows.remove(&place).ok_or_else(|| format!("{id} has no row"))?;
        let shown = serde_json::to_string(&NotificationView::of(id, message, folded.version()));
        let shown = shown.map_err(|error| error.to_string())?;
        if row.body != shown || row.sequence != folded.version() {
            return Err(format!("{id} at {} shows {}, not {shown}", row.sequence, row.body));
        }
        let listed = notifications_by_state(&world.tenant, message.state);
        if row.indexes[1].as_ref().is_none_or(|(partition, _)| *partition != listed) {
            return Err(format!("{id} is listed under {:?}, not {listed}", row.indexes[1]));
        }
        let lives = locked(&world.lives);
        let life = lives.all().get(&stream).ok_or_else(|| format!("{id} has no life"))?;
        let known = (life.state.as_str(), life.attempts, life.possibly_duplicate);
        let fold = (message.state.as_str(), u64::from(message.attempts), message.possibly_duplicate);
        if known != fold {
            return Err(format!("{id} is {fold:?}, and {known:?} by the second set of books"));
        }
    }
    match rows.into_keys().next() {
        None => Ok(()),
        Some((partition, position)) => Err(format!("{partition} {position} shows nothing that there is")),
    }
}
