//! The figures of each deal, month by month, from which summaries are added up.
//!
//! A row has names, quantities and rates, exact, and the attributes that conditions look at; it is in no index. A month is
//! a partition, so a summary of a year is twelve queries while no month has more than a megabyte of figures.

use deal_domain::DealId;
use deal_domain::deal::Registered;
use event_store::{BoxError, Row};
use kernel::{BusinessDate, Kg, RatePerKg, Tenant};
use serde::{Deserialize, Serialize};

use super::attributes::attributes;
use crate::Deals;

/// What a summary needs to know of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Who buys, as written.
    pub customer: String,
    /// Code of what is sold.
    pub product: String,
    /// How much is sold.
    pub quantity: Kg,
    /// At which rate.
    pub rate: RatePerKg,
    /// Where it came from; empty until confirmed.
    pub sources: Vec<SourceFigures>,
}

/// What a summary needs to know of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceFigures {
    /// Who sold it to the firm.
    pub supplier: String,
    /// How much the deal takes of it.
    pub quantity: Kg,
    /// What the firm paid.
    pub rate: RatePerKg,
}

impl Figures {
    /// The figures of a deal.
    #[must_use]
    pub fn of(deal: &Registered) -> Self {
        let sources = deal.taken().into_iter().map(|(supplier, quantity, rate)| SourceFigures {
            supplier: supplier.to_owned(),
            quantity,
            rate,
        });
        Self {
            customer: deal.terms.customer.clone(),
            product: deal.terms.product_code.clone(),
            quantity: deal.terms.quantity_kg.get(),
            rate: deal.terms.rate_per_kg.get(),
            sources: sources.collect(),
        }
    }
}

/// The month of a day: `2025-07`.
#[must_use]
pub fn month_of(day: BusinessDate) -> String {
    day.to_string().chars().take(7).collect()
}

/// The partition with the figures of a month's deals.
#[must_use]
pub fn figures_of_month(tenant: &Tenant, month: &str) -> String {
    format!("T#{tenant}#deal-figures#{month}")
}

/// Writes the figures of a deal as it stands at `version`.
pub(super) async fn project(
    deals: &Deals,
    id: DealId,
    deal: &Registered,
    version: u64,
) -> Result<(), BoxError> {
    let row = Row {
        pk: figures_of_month(&deals.tenant, &month_of(deal.terms.date)),
        sk: format!("{}#{id}", deal.terms.date),
        sequence: version,
        indexes: [None, None, None],
        attributes: attributes(id, deal),
        body: serde_json::to_string(&Figures::of(deal))?,
    };
    deals.views.put(row).await?;
    Ok(())
}
