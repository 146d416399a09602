//! The breakers, watched as their state is written: one that is open stays so for as long as it said, and lets one probe
//! through at a time.

use std::sync::Arc;

use kernel::Timestamp;
use resilience::BreakerState;

use crate::faults::Sight;
use crate::platform::table::OpsWatch;
use crate::sim::Sim;

/// By how much the clocks of two machines may differ, in milliseconds.
const CLOCKS_MS: i64 = 500;

/// Watches every breaker of a table.
#[must_use]
pub fn watch(sim: &Arc<Sim>) -> OpsWatch {
    let sim = Arc::clone(sim);
    Box::new(move |before, item| {
        if item.pk.ends_with("#BREAKER")
            && let Err(fault) = follow(&sim, before, &item.body)
        {
            sim.violate("a breaker lets one probe through at a time, when it is due", fault);
        }
    })
}

fn follow(sim: &Sim, before: Option<&str>, after: &str) -> Result<(), String> {
    let read = |body: &str| serde_json::from_str::<BreakerState>(body).map_err(|error| error.to_string());
    let before = before.map(read).transpose()?.unwrap_or_default();
    let after = read(after)?;
    let early = |until: Timestamp| until.since_ms(sim.now()) > CLOCKS_MS;
    match (&before, &after) {
        (BreakerState::Closed { .. }, BreakerState::HalfOpen { .. }) => {
            return Err("a probe of a breaker that is closed".to_owned());
        }
        (BreakerState::Open { until, .. }, BreakerState::HalfOpen { .. }) if early(*until) => {
            return Err(format!("a probe before {until}"));
        }
        (BreakerState::HalfOpen { until, .. }, BreakerState::HalfOpen { .. }) if early(*until) => {
            return Err(format!("a second probe while the first may go on until {until}"));
        }
        (BreakerState::Open { until, .. }, BreakerState::Closed { .. }) => {
            return Err(format!("closed without a probe, though open until {until}"));
        }
        (_, BreakerState::HalfOpen { .. }) => sim.saw(Sight::Probed),
        (BreakerState::HalfOpen { .. }, BreakerState::Open { .. }) => sim.saw(Sight::ProbeFailed),
        (BreakerState::HalfOpen { .. }, BreakerState::Closed { .. }) => sim.saw(Sight::BreakerClosed),
        (BreakerState::Closed { .. }, BreakerState::Open { .. }) => sim.saw(Sight::BreakerOpened),
        _ => {}
    }
    Ok(())
}
