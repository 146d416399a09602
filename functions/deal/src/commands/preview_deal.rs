use deal_domain::TermsFault;
use deal_domain::deal::{CostedSource, Shortage};
use kernel::Inr;

use super::register_deal::known_terms;
use super::{RegisterError, Sale};
use crate::Deals;
use crate::ports::{StockAnswer, StockDeskError};

/// What registering a sale would lead to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What the customer would pay.
    pub revenue: Inr,
    /// The sources with their cost; empty when the deal would not be confirmed.
    pub sources: Vec<CostedSource>,
    /// Rules the terms break: the deal would be refused.
    pub faults: Vec<TermsFault>,
    /// Lots that are short: the deal would be rejected.
    pub shortages: Vec<Shortage>,
}

/// Answers what [`super::register_deal`] would lead to, and writes nothing.
///
/// # Errors
/// [`RegisterError::UnknownProduct`], or a failure of the catalogue or of the inventory.
pub async fn preview_deal(deals: &Deals, sale: Sale) -> Result<Preview, RegisterError> {
    let terms = known_terms(deals, sale).await?;
    let revenue = terms.rate_per_kg.get().times(terms.quantity_kg.get());
    let faults = terms.faults();
    let mut preview = Preview { revenue, sources: Vec::new(), faults, shortages: Vec::new() };
    if preview.faults.is_empty() {
        let unanswered = |error: StockDeskError| RegisterError::Catalogue(error.into());
        match deals.stock_desk.quote(&terms).await.map_err(unanswered)? {
            StockAnswer::Reserved(sources) => preview.sources = sources,
            StockAnswer::Rejected(shortages) => preview.shortages = shortages,
            StockAnswer::UnknownProduct => return Err(RegisterError::UnknownProduct),
        }
    }
    Ok(preview)
}
