use deal_domain::deal::{DealCommand, DealRefusal};
use deal_domain::{Comments, Deal, DealId, DeliveryTerms, Source, Terms, TermsFault};
use event_store::{BoxError, ExecuteError, Outcome, Request};
use kernel::{BusinessDate, PositiveKg, PositiveRate};

use crate::ports::{KnownProduct, ProductName};
use crate::{Deals, catalogue, deal_stream};

/// A sale as a trader writes it down: the product by one of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The day of the deal.
    pub date: BusinessDate,
    /// Who buys.
    pub customer: String,
    /// What is sold.
    pub product: ProductName,
    /// How much is sold.
    pub quantity: PositiveKg,
    /// At which rate.
    pub rate: PositiveRate,
    /// Who brings it.
    pub delivery_terms: DeliveryTerms,
    /// From where, when it matters.
    pub warehouse: Option<String>,
    /// What the trader noted.
    pub comments: Comments,
    /// Where the material comes from.
    pub sources: Vec<Source>,
}

impl Sale {
    /// The terms, once the product is known.
    #[must_use]
    pub fn terms(self, product: KnownProduct) -> Terms {
        Terms {
            date: self.date,
            customer: self.customer,
            product_id: product.id,
            product_code: product.code,
            quantity_kg: self.quantity,
            rate_per_kg: self.rate,
            delivery_terms: self.delivery_terms,
            warehouse: self.warehouse,
            comments: self.comments,
            sources: self.sources,
        }
    }
}

/// Why a deal was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// There is no such product.
    #[error("there is no such product")]
    UnknownProduct,
    /// The terms break rules.
    #[error("the terms break {} rules", .0.len())]
    Terms(Vec<TermsFault>),
    /// Neither the catalogue nor the inventory answers.
    #[error("the product cannot be looked up")]
    Catalogue(#[source] BoxError),
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

/// Registers a deal under the identity its request gives it: one read (the product) and one write. The same request
/// again meets its own deal.
///
/// # Errors
/// See [`RegisterError`].
pub async fn register_deal(
    deals: &Deals,
    request: &Request,
    deal: DealId,
    sale: Sale,
) -> Result<Registration, RegisterError> {
    let terms = known_terms(deals, sale).await?;
    let command = DealCommand::Request { terms, now: deals.clock.now() };
    let stream = deal_stream(&deals.tenant, deal);
    match deals.store.create(&stream, request, &command).await {
        Ok(outcome) => Ok(Registration { deal, outcome }),
        Err(ExecuteError::Refused(DealRefusal::Terms(faults))) => Err(RegisterError::Terms(faults)),
        Err(error) => Err(error.into()),
    }
}

/// The terms of a sale whose product exists.
pub(super) async fn known_terms(deals: &Deals, sale: Sale) -> Result<Terms, RegisterError> {
    let product = catalogue::find(deals, &sale.product).await.map_err(RegisterError::Catalogue)?;
    Ok(sale.terms(product.ok_or(RegisterError::UnknownProduct)?))
}
