use customer_domain::PartyId;
use customer_domain::party::Known;
use event_store::{BoxError, Index, Page, Query};
use kernel::{BusinessDate, Inr, Kg, RatePerKg};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::supply::SupplyEntry;
use crate::trade::{DealEntry, DealStatus};
use crate::{Customers, supply, trade};

/// Rows of one call; a row is some 300 bytes, and DynamoDB reads a megabyte at a time.
const ROWS_PER_CALL: usize = 2_000;

/// What a party has bought, and what it has supplied: confirmed deals only, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TradeStats {
    /// How many deals.
    pub deals: u64,
    /// How much in all.
    pub quantity_kg: Kg,
    /// For how much in all.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub revenue_inr: Inr,
    /// Revenue over quantity, to the ten-thousandth; absent without a deal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_rate_per_kg: Option<RatePerKg>,
    /// When it last bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deal_on: Option<BusinessDate>,
    /// What it has supplied; absent when no deal took any of its material.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplied: Option<SupplyStats>,
}

/// What deals took of a supplier's material: confirmed deals only, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupplyStats {
    /// How many deals.
    pub deals: u64,
    /// How much in all.
    pub quantity_kg: Kg,
    /// What the firm paid for that in all.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub cost_inr: Inr,
    /// Cost over quantity, to the ten-thousandth; absent without a deal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_rate_per_kg: Option<RatePerKg>,
    /// The day of the last deal that took some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_supplied_on: Option<BusinessDate>,
}

/// Sums the rows of a party's deals and supplies. There is a row per deal and no counter, so nothing that comes twice or late
/// counts twice. Reads all of them: one query for 2,000 deals, and one for what was supplied in 2,000.
///
/// # Errors
/// When log or views do not answer.
pub async fn stats(customers: &Customers, party: PartyId, known: &Known) -> Result<TradeStats, BoxError> {
    let (mut sum, mut supplied) = (TradeStats::default(), SupplyStats::default());
    for file in trade::files(customers, party, known).await? {
        each(customers, trade::partition(&customers.tenant, file), |deal| sum.add(&deal)).await?;
        each(customers, supply::partition(&customers.tenant, file), |supply| supplied.add(&supply)).await?;
    }
    sum.average_rate_per_kg = average(sum.revenue_inr, sum.quantity_kg);
    supplied.average_rate_per_kg = average(supplied.cost_inr, supplied.quantity_kg);
    sum.supplied = (supplied.deals > 0).then_some(supplied);
    Ok(sum)
}

/// Hands every row of a partition over.
pub(super) async fn each<T: DeserializeOwned>(
    customers: &Customers,
    partition: String,
    mut row_of: impl FnMut(T),
) -> Result<(), BoxError> {
    let mut after = None;
    loop {
        let query = Query {
            index: Index::Primary,
            partition: partition.clone(),
            from: None,
            to: None,
            descending: false,
            filters: Vec::new(),
            limit: ROWS_PER_CALL,
            after,
        };
        let Page { rows, next } = customers.views.query(query).await?;
        for row in rows {
            row_of(serde_json::from_str(&row.body)?);
        }
        after = next;
        if after.is_none() {
            return Ok(());
        }
    }
}

impl SupplyStats {
    fn add(&mut self, supply: &SupplyEntry) {
        if supply.status == DealStatus::Confirmed {
            self.deals = self.deals.saturating_add(1);
            self.quantity_kg = self.quantity_kg.saturating_add(supply.quantity_kg);
            self.cost_inr = self.cost_inr + supply.cost();
            self.last_supplied_on = self.last_supplied_on.max(Some(supply.date));
        }
    }
}

impl TradeStats {
    fn add(&mut self, deal: &DealEntry) {
        if deal.status == DealStatus::Confirmed {
            self.deals = self.deals.saturating_add(1);
            self.quantity_kg = self.quantity_kg.saturating_add(deal.quantity_kg);
            // Exact, where the rendered revenue is rounded: the sum is rounded once, where it is shown.
            self.revenue_inr = self.revenue_inr + deal.rate_per_kg.times(deal.quantity_kg);
            self.last_deal_on = self.last_deal_on.max(Some(deal.date));
        }
    }
}

/// 10⁻⁷ rupees over grams are ten-thousandths of a rupee per kilogram; half of one is rounded away from zero.
fn average(revenue: Inr, quantity: Kg) -> Option<RatePerKg> {
    let grams = i128::from(quantity.grams());
    let doubled = revenue.ten_millionths().checked_mul(2)?.checked_add(grams)?;
    let rate = doubled.checked_div_euclid(grams.checked_mul(2)?)?;
    i64::try_from(rate).ok().map(RatePerKg::from_ten_thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_is_rounded_to_the_ten_thousandth() {
        let of = |revenue: &str, kg: &str| average(revenue.parse().unwrap(), kg.parse().unwrap());
        assert_eq!(of("100", "3").unwrap().to_string(), "33.3333");
        assert_eq!(of("200", "3").unwrap().to_string(), "66.6667");
        assert_eq!(of("0.00005", "1").unwrap().to_string(), "0.0001");
        assert_eq!(of("0", "0"), None);
    }
}
