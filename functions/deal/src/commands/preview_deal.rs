use deal_domain::deal::{CostedSource, Shortage};
use kernel::{Inr, Provenance};

use super::{Missing, RegisterError, Sale, SaleFault};
use crate::Deals;
use crate::ports::{StockAnswer, StockDeskError};

/// What registering a sale would lead to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What the customer would pay.
    pub revenue: Inr,
    /// The sources with their cost; empty when the deal would not be confirmed.
    pub sources: Vec<CostedSource>,
    /// Lots that are short: the deal would be rejected.
    pub shortages: Vec<Shortage>,
}

/// Answers what [`super::register_deal`] would lead to, writes nothing and enters nobody.
///
/// # Errors
/// [`RegisterError::Refused`], or a failure of a look-up or of the inventory.
pub async fn preview_deal(
    deals: &Deals,
    by: &Provenance,
    sale: Sale,
    missing: Missing,
) -> Result<Preview, RegisterError> {
    let terms = sale.checked(deals, by, missing).await?.terms();
    let revenue = terms.rate_per_kg.get().times(terms.quantity_kg.get());
    let mut preview = Preview { revenue, sources: Vec::new(), shortages: Vec::new() };
    let unanswered = |error: StockDeskError| RegisterError::Catalogue(error.into());
    match deals.stock_desk.quote(&terms).await.map_err(unanswered)? {
        StockAnswer::Reserved(sources) => preview.sources = sources,
        StockAnswer::Rejected(shortages) => preview.shortages = shortages,
        StockAnswer::UnknownProduct => {
            return Err(RegisterError::Refused(vec![SaleFault::UnknownProduct]));
        }
    }
    Ok(preview)
}
