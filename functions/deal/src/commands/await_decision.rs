use deal_domain::deal::Status;
use deal_domain::{Deal, DealId};
use event_store::{LogError, Stream};

use crate::{Deals, deal_stream};

/// Pause before the first look, in milliseconds; each further one is half as long again, up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u64 = 60;
/// Longest pause between two looks, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 500;

/// Looks at a deal until it is decided or `wait_ms` milliseconds have passed; gives it as it then stands.
///
/// # Errors
/// When the log cannot be read.
pub async fn await_decision(deals: &Deals, deal: DealId, wait_ms: u64) -> Result<Stream<Deal>, LogError> {
    let stream = deal_stream(&deals.tenant, deal);
    let mut waited_ms = 0;
    let mut pause_ms = FIRST_PAUSE_MS;
    loop {
        let present = deals.store.load::<Deal>(&stream).await?;
        let pending = present.state().registered().is_some_and(|deal| deal.status == Status::Pending);
        if !pending || waited_ms >= wait_ms {
            return Ok(present);
        }
        let pause = pause_ms.min(wait_ms - waited_ms);
        deals.timer.sleep(pause).await;
        waited_ms += pause;
        pause_ms = (pause_ms + pause_ms / 2).min(LONGEST_PAUSE_MS);
    }
}
