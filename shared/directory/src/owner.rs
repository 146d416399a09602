use async_trait::async_trait;
use event_store::BoxError;
use kernel::{Name, Provenance};

use crate::{Answer, Known, Reference};

/// The owner could not be asked, or did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the owner of the names did not answer")]
pub struct OwnerError(#[source] pub BoxError);

/// The context that gives the names, asked directly. Off the usual path: names are known from its facts.
#[async_trait]
pub trait Owner<I>: Send + Sync {
    /// Whom this means. Must answer for what its log holds now, and change nothing; for a name that nobody has, with those
    /// nearest to it.
    async fn whom(&self, by: &Provenance, reference: &Reference<I>) -> Result<Answer<I>, OwnerError>;

    /// Who has this name: entered now, on behalf of `by` and in this role, if nobody has it. Asked again it must answer the
    /// same one.
    async fn whom_or_new(
        &self,
        by: &Provenance,
        name: &Name,
        role: &'static str,
    ) -> Result<Known<I>, OwnerError>;
}
