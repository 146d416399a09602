//! The bus over the network.

use std::sync::Arc;

use async_trait::async_trait;
use messaging::{BusError, EntryFault, Envelope, FactBus};

use crate::mutants::Mutant;
use crate::platform::bus::Bus;
use crate::ports::io::Io;

/// Publishes for one instance.
pub struct BusPort {
    io: Io,
    bus: Arc<Bus>,
}

impl BusPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, bus: Arc<Bus>) -> Self {
        Self { io, bus }
    }
}

#[async_trait]
impl FactBus for BusPort {
    async fn put(&self, chunk: &[Envelope]) -> Result<Vec<Result<(), EntryFault>>, BusError> {
        let (bus, landing) = (Arc::clone(&self.bus), chunk.to_vec());
        let subject = || {
            let names: Vec<_> = chunk.iter().map(|e| format!("{} {}", e.fact_type, e.stream_id)).collect();
            names.join(", ")
        };
        let answered = self.io.write("bus.put", subject, async move { bus.put(&landing) }).await;
        let results = answered.map_err(|lost| BusError(lost.into()))?;
        if self.io.sim.lacks(Mutant::EntryFailuresIgnored) {
            return Ok(results.iter().map(|_| Ok(())).collect());
        }
        Ok(results)
    }
}
