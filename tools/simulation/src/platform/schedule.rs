//! Schedules: a message into a context's inbox, again and again.

use std::sync::Arc;

use serde_json::json;

use crate::faults::Fault;
use crate::platform::queue::Queue;
use crate::sim::Sim;

/// Sends `{"schedule": name}` every `period_ms` milliseconds, for ever.
pub async fn trigger(sim: Arc<Sim>, queue: Arc<Queue>, name: &'static str, period_ms: u64) {
    let body: Arc<str> = json!({ "schedule": name }).to_string().into();
    let first_ms = sim.draw(|dice| dice.below(period_ms));
    sim.sleep(first_ms).await;
    loop {
        sim.event("schedule", || name.to_owned());
        queue.send(Arc::clone(&body), None);
        if sim.strikes(Fault::ScheduleDoubled) {
            queue.send(Arc::clone(&body), None);
        }
        sim.sleep(period_ms).await;
    }
}
