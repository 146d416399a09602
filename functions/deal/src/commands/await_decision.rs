use deal_domain::deal::Status;
use deal_domain::{Deal, DealId};
use event_store::{LogError, Stream};
use kernel::Timestamp;

use crate::{Deals, deal_stream};

/// Pause before the first look, in milliseconds; each further one is half as long again, up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: i64 = 60;
/// Longest pause between two looks, in milliseconds.
const LONGEST_PAUSE_MS: i64 = 500;

/// Looks at a deal until it is decided or the clock shows `until`; gives it as it then stands.
///
/// # Errors
/// When the log cannot be read.
pub async fn await_decision(deals: &Deals, deal: DealId, until: Timestamp) -> Result<Stream<Deal>, LogError> {
    let stream = deal_stream(&deals.tenant, deal);
    let started = deals.clock.now();
    let mut paused_ms = 0;
    let mut pause_ms = FIRST_PAUSE_MS;
    loop {
        let present = deals.store.load::<Deal>(&stream).await?;
        let pending = present.state().registered().is_some_and(|deal| deal.status == Status::Pending);
        // Looking takes time too. The pauses count as well: a clock that is set back does not make the wait longer.
        let now = deals.clock.now().max(started.plus_ms(paused_ms));
        let left_ms = until.since_ms(now);
        if !pending || left_ms <= 0 {
            return Ok(present);
        }
        let pause = pause_ms.min(left_ms);
        deals.timer.sleep(pause.unsigned_abs()).await;
        paused_ms += pause;
        pause_ms = (pause_ms + pause_ms / 2).min(LONGEST_PAUSE_MS);
    }
}
