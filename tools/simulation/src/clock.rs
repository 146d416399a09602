//! The kernel's ports on virtual time.

use std::sync::{Arc, Mutex};

use kernel::ports::BoxFuture;
use kernel::{Clock, IdSource, Timer, Timestamp};
use uuid::Uuid;

use crate::dice::Dice;
use crate::sim::Sim;
use crate::sync::locked;

/// Largest difference between a machine's clock and the true time, in milliseconds.
const LARGEST_SKEW_MS: u64 = 250;

/// A machine's clock: true time, a little off.
pub struct SkewedClock {
    sim: Arc<Sim>,
    skew_ms: i64,
}

impl SkewedClock {
    /// A clock that is off by an amount of its own.
    #[must_use]
    pub fn drawn(sim: Arc<Sim>) -> Self {
        let drawn = sim.draw(|dice| dice.between(0, 2 * LARGEST_SKEW_MS));
        let skew_ms =
            i64::try_from(drawn).unwrap_or_default() - i64::try_from(LARGEST_SKEW_MS).unwrap_or_default();
        Self { sim, skew_ms }
    }

    /// A clock that is right.
    #[must_use]
    pub const fn exact(sim: Arc<Sim>) -> Self {
        Self { sim, skew_ms: 0 }
    }
}

impl Clock for SkewedClock {
    fn now(&self) -> Timestamp {
        self.sim.now().plus_ms(self.skew_ms)
    }
}

/// Waits in virtual time.
pub struct VirtualTimer(pub Arc<Sim>);

impl Timer for VirtualTimer {
    fn sleep(&self, duration_ms: u64) -> BoxFuture<'_, ()> {
        Box::pin(self.0.sleep(duration_ms))
    }
}

/// Identifiers from dice of their own.
pub struct DrawnIds(Mutex<Dice>);

impl DrawnIds {
    /// A source that never meets another one.
    #[must_use]
    pub fn drawn(sim: &Sim) -> Self {
        Self(Mutex::new(sim.draw(Dice::fork)))
    }
}

impl IdSource for DrawnIds {
    fn uuid(&self) -> Uuid {
        locked(&self.0).uuid()
    }
}
