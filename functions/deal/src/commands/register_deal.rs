use deal_domain::deal::{DealCommand, DealRefusal};
use deal_domain::{Deal, DealId};
use directory::DirectoryError;
use event_store::{BoxError, ExecuteError, Outcome, Request};

use super::sale::{Missing, Sale, SaleFault};
use crate::{Deals, deal_stream};

/// Why a deal was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The sale names what does not exist, or breaks rules: everything that is wrong with it.
    #[error("{} things are wrong with the sale", .0.len())]
    Refused(Vec<SaleFault>),
    /// Neither the catalogue nor the inventory answers.
    #[error("the product cannot be looked up")]
    Catalogue(#[source] BoxError),
    /// A party that is not known here cannot be asked for.
    #[error("the parties cannot be looked up")]
    Parties(#[from] DirectoryError),
    /// See [`ExecuteError`].
    #[error(transparent)]
    Execute(#[from] ExecuteError<DealRefusal>),
}

/// A deal that is registered now, or was by the same request before.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Which deal.
    pub deal: DealId,
    /// The deal as it stands.
    pub outcome: Outcome<Deal>,
}

/// Registers a deal under the identity its request gives it: one read (the product and the parties) and one write. The same
/// request again meets its own deal. Parties are entered only for a sale with which nothing else is wrong.
///
/// # Errors
/// See [`RegisterError`].
pub async fn register_deal(
    deals: &Deals,
    request: &Request,
    deal: DealId,
    sale: Sale,
    missing: Missing,
) -> Result<Registration, RegisterError> {
    let by = &request.provenance;
    let sale = sale.checked(deals, by, missing).await?.with_everybody_entered(deals, by).await?;
    let command = DealCommand::Request { terms: sale.terms(), now: deals.clock.now() };
    let stream = deal_stream(&deals.tenant, deal);
    match deals.store.create(&stream, request, &command).await {
        Ok(outcome) => Ok(Registration { deal, outcome }),
        Err(ExecuteError::Refused(DealRefusal::Terms(faults))) => {
            Err(RegisterError::Refused(faults.into_iter().map(SaleFault::Terms).collect()))
        }
        Err(error) => Err(error.into()),
    }
}
