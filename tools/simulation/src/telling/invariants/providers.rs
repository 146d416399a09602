use notification_domain::NotificationId;
use notification_domain::message::ProviderStatus;

use crate::faults::Sight;
use crate::sync::locked;
use crate::telling::World;
use crate::telling::books::{Books, Entry, Fate, Taken};
use crate::telling::lives::Life;

/// Every message has come to an end, which is the one that its providers know; nobody is told twice but by a message that
/// says so.
pub(super) fn agree(world: &World) -> Result<(), String> {
    let books = [world.whatsapp.books(), world.sms.books()];
    let lives = locked(&world.lives);
    for (stream, life) in lives.all() {
        let id: NotificationId = stream.key().parse().map_err(|error| format!("{error}"))?;
        // It stands where its digest stands.
        if life.digest.is_some() {
            continue;
        }
        let entries: Vec<&Entry> = books.iter().filter_map(|books| books.entries.get(&id)).collect();
        ends(life, &entries).map_err(|fault| format!("{id} is {}: {fault}; {entries:?}", life.state))?;
        let arrived = entries.iter().flat_map(|entry| &entry.taken).filter(|taken| taken.arrived).count();
        if arrived > 1 {
            if !life.possibly_duplicate {
                return Err(format!("{id} arrived {arrived} times and does not say that it may have"));
            }
            world.sim.saw(Sight::ToldTwice);
        }
    }
    strangers(&books, |id| lives.all().keys().any(|stream| stream.key() == id.to_string()))
}

/// Whether a message stands where it must, after what its providers did with it and told of it.
fn ends(life: &Life, entries: &[&Entry]) -> Result<(), String> {
    let taken: Vec<&Taken> = entries.iter().flat_map(|entry| &entry.taken).collect();
    if taken.len() as u64 > life.attempts {
        return Err(format!("it was taken more often than the {} times it was sent", life.attempts));
    }
    let heard = taken.iter().filter(|taken| taken.arrived).filter_map(|taken| taken.heard).max();
    let expected = match heard {
        Some(ProviderStatus::Sent) => "sent",
        Some(ProviderStatus::Delivered) => "delivered",
        Some(ProviderStatus::Read) => "read",
        Some(ProviderStatus::Failed) => return Err("what arrived failed".to_owned()),
        // Nobody told that it did not arrive.
        None if taken.iter().any(|taken| !taken.was_undone()) && life.state == "accepted" => "accepted",
        None if entries.iter().all(|entry| entry.fate != Fate::Arrives) => "failed",
        None => return Err("nothing has become of it".to_owned()),
    };
    if life.state == expected { Ok(()) } else { Err(format!("its providers say {expected}")) }
}

/// Providers have no message that nobody planned.
fn strangers(books: &[Books], is_planned: impl Fn(NotificationId) -> bool) -> Result<(), String> {
    match books.iter().flat_map(|books| books.entries.keys()).find(|id| !is_planned(**id)) {
        Some(id) => Err(format!("nobody planned {id}")),
        None => Ok(()),
    }
}
