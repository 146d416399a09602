use std::collections::BTreeMap;

use crate::sync::locked;
use crate::telling::World;
use crate::telling::lives::Life;

/// What is to be told in a digest is in exactly one, and stands where that stands, or has left by itself; no digest tells
/// anything else.
pub(super) fn each_tells_its_own(world: &World) -> Result<(), String> {
    let lives = locked(&world.lives);
    let by_id: BTreeMap<&str, &Life> =
        lives.all().iter().map(|(stream, life)| (stream.key(), life)).collect();
    for (id, life) in &by_id {
        let tell_it = by_id.iter().filter(|(_, digest)| digest.news.contains(*id));
        let tell_it: Vec<&str> = tell_it.map(|(digest, _)| *digest).collect();
        let expected: Vec<&str> = life.digest.as_deref().into_iter().collect();
        if tell_it != expected || life.awaits_digest != life.digest.is_some() {
            return Err(format!("{id} is told in {tell_it:?}: {life:?}"));
        }
        let Some(digest) = life.digest.as_deref().and_then(|digest| by_id.get(digest)) else { continue };
        if digest.state != life.state || digest.told.2 != life.told.2 || life.attempts > 0 {
            return Err(format!("{id} is {life:?}, and its digest {digest:?}"));
        }
    }
    match by_id.iter().find(|(_, life)| life.is_digest() && life.news.is_empty()) {
        Some((id, _)) => Err(format!("{id} is a digest of nothing")),
        None => Ok(()),
    }
}
