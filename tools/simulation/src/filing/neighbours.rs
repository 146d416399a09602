//! What else this context reaches: its queue of work, and the contexts that it asks directly.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{BoxError, Position};
use kernel::Tenant;
use sync::ports::{Amended, Amending, DealDesk, Listed, Listings, ProductDesk, Role, Work, WorkQueue};
use sync_domain::mirror::{ListedLot, ListedParty, ListedProduct};
use sync_domain::{ProductId, ProductWords};
use uuid::Uuid;

use crate::mutants::Mutant;
use crate::platform::fifo::Fifo;
use crate::ports::io::Io;

/// The queue of work over the network.
pub struct WorkPort {
    io: Io,
    queue: Arc<Fifo>,
}

impl WorkPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, queue: Arc<Fifo>) -> Self {
        Self { io, queue }
    }
}

#[async_trait]
impl WorkQueue for WorkPort {
    async fn ask(&self, work: &Work, key: &str) -> Result<(), BoxError> {
        let (queue, group, once) = (Arc::clone(&self.queue), work.group().to_owned(), key.to_owned());
        let (body, subject) =
            (serde_json::to_string(work)?, Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes()));
        let serve = async move { queue.send(group, once, body, subject) };
        self.io.write("work.ask", || key.to_owned(), serve).await.map_err(BoxError::from)
    }

    async fn later(&self, receipt: &str, wait_ms: u64) -> Result<(), BoxError> {
        let wait_ms = if self.io.sim.lacks(Mutant::WordNotAwaited) { 1_000 } else { wait_ms };
        let (queue, held) = (Arc::clone(&self.queue), receipt.to_owned());
        let serve = async move { queue.hide(&held, i64::try_from(wait_ms).unwrap_or(i64::MAX)) };
        let hidden = self.io.write("work.later", || format!("{receipt} for {wait_ms} ms"), serve).await;
        if hidden.map_err(BoxError::from)? { Ok(()) } else { Err("the receipt is not valid any more".into()) }
    }
}

/// Invokes the inventory function, which knows every product.
pub struct ProductPort(pub Io);

#[async_trait]
impl ProductDesk for ProductPort {
    async fn words(&self, product: ProductId) -> Result<Option<ProductWords>, BoxError> {
        let words = ProductWords {
            code: "TR131".to_owned(),
            grade: "PP Raffia".to_owned(),
            company: "IOCL".to_owned(),
            specific_grade: "PP".to_owned(),
        };
        let answer = self.0.read("products.words", || product.to_string(), async { words }).await;
        Ok(Some(answer.map_err(BoxError::from)?))
    }
}

/// The deal context, which nobody has a reason to ask: people type nothing here.
pub struct Deals(pub Io);

#[async_trait]
impl DealDesk for Deals {
    async fn amend(&self, amending: &Amending) -> Result<Amended, BoxError> {
        let detail = format!("{} is asked for {:?}", amending.deal, amending.terms);
        self.0.sim.violate("what nobody typed is asked of no deal", detail);
        Err("the deal does not answer".into())
    }
}

/// Whom nothing here has a reason to ask: no tab is mirrored, and who only looks asks nobody.
pub struct Nobody;

fn unasked() -> BoxError {
    "nothing here asks for that".into()
}

#[async_trait]
impl ProductDesk for Nobody {
    async fn words(&self, _: ProductId) -> Result<Option<ProductWords>, BoxError> {
        Err(unasked())
    }
}

#[async_trait]
impl DealDesk for Nobody {
    async fn amend(&self, _: &Amending) -> Result<Amended, BoxError> {
        Err(unasked())
    }
}

#[async_trait]
impl Listings for Nobody {
    async fn products(&self, _: &Tenant, _: Option<Position>) -> Result<Listed<ListedProduct>, BoxError> {
        Err(unasked())
    }

    async fn lots(&self, _: &Tenant, _: Option<Position>) -> Result<Listed<ListedLot>, BoxError> {
        Err(unasked())
    }

    async fn parties(
        &self,
        _: &Tenant,
        _: Role,
        _: Option<Position>,
    ) -> Result<Listed<ListedParty>, BoxError> {
        Err(unasked())
    }
}
