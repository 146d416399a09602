//! The customer context, asked directly. It is not simulated itself: it always answers, over a network that loses.

use std::sync::Arc;

use async_trait::async_trait;
use directory::{Answer, Identity, Known, MemoryOwner, Owner, OwnerError, Reference};
use kernel::{Name, Provenance};

use crate::ports::io::{Io, Lost};

/// Invokes the customer function.
pub struct Parties<I> {
    io: Io,
    register: Arc<MemoryOwner<I>>,
}

impl<I> Parties<I> {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, register: Arc<MemoryOwner<I>>) -> Self {
        Self { io, register }
    }
}

fn unanswered(lost: Lost) -> OwnerError {
    OwnerError(lost.into())
}

#[async_trait]
impl<I: Identity> Owner<I> for Parties<I> {
    async fn whom(&self, by: &Provenance, reference: &Reference<I>) -> Result<Answer<I>, OwnerError> {
        let serve = self.register.whom(by, reference);
        self.io.read("parties.whom", || reference.to_string(), serve).await.map_err(unanswered)?
    }

    async fn whom_or_new(
        &self,
        by: &Provenance,
        name: &Name,
        role: &'static str,
    ) -> Result<Known<I>, OwnerError> {
        let (register, by, name) = (Arc::clone(&self.register), by.clone(), name.clone());
        let subject = name.clone();
        let serve = async move { register.whom_or_new(&by, &name, role).await };
        let entered = self.io.write("parties.enter", || subject.to_string(), serve).await;
        entered.map_err(unanswered)?
    }
}
