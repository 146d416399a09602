//! Direct invocations, for operators and for contexts that show deals; IAM says who may.
//!
//! | event | answer |
//! |---|---|
//! | `{"kind":"ready"}` | `{status, checks: [{name, status, durationMs}]}` |
//! | `{"kind":"import-deals", tenant, items: [{legacyId, date, customer, customerId?, productCode, quantityKg, ratePerKg, deliveryTerms, warehouse, saleComments, purchaseComments, finalComments, createdAt, sources, originals}]}` | `{items: [{legacyId, id, outcome, reason?, faults?: [{pointer, code, detail}]}]}` |
//! | `{"kind":"withdraw-imports", tenant, legacyIds, dryRun?}` | `{items: [{legacyId, id, outcome, reason?}]}`: outcome `withdrawn`, `unchanged`, `absent`, or `kept` with the reason |
//! | `{"kind":"amend-deal", tenant, dealId, actor, correlationId, key, terms: {ratePerKg?, deliveryTerms?}, seen: {…}}` | `{outcome, reason?, version, deal?}`: outcome `amended`, `overtaken` or `refused`, and the deal as it stands |
//! | `{"kind":"find-deal", tenant, dealId}` | the deal as it stands, as `deal.confirmed` or `deal.imported` shows it, or `null` |
//! | `{"kind":"imported", tenant, legacyIds}` | `{rows}`: the deals, from the log |
//! | `{"kind":"imported", tenant, after?}` | `{ids: {legacyId: id}, next}`, a page of the list |
//! | `{"kind":"made-here", tenant, after?}` | `{rows, next}`: confirmed deals that were not imported, a page of the list |
//!
//! A source is `{"kind":"lot", lotId, supplier, supplierId?, quantityKg, ratePerKg}`, `{"kind":"purchase", supplier, quantityKg, boughtKg, ratePerKg}`
//! or `{"kind":"stock", supplier, quantityKg, ratePerKg}`. An outcome is `created`, `changed`, `unchanged` or `refused`.

use assembly::Readiness;
use async_trait::async_trait;
use lambda_entry::{DirectError, DirectHandler};
use serde_json::Value;

use crate::{Deals, amending, finding, importing, withdrawing};

/// Answers direct invocations.
#[derive(Debug, Clone)]
pub struct Direct {
    deals: Deals,
    readiness: Readiness,
}

impl Direct {
    /// Answers from these parts.
    #[must_use]
    pub const fn new(deals: Deals, readiness: Readiness) -> Self {
        Self { deals, readiness }
    }
}

#[async_trait]
impl DirectHandler for Direct {
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError> {
        match kind {
            "ready" => Ok(self.readiness.report().await),
            "import-deals" => importing::deals(&self.deals, payload).await,
            "withdraw-imports" => withdrawing::imports(&self.deals, payload).await,
            "amend-deal" => amending::deal(&self.deals, payload).await,
            "find-deal" => finding::deal(&self.deals, payload).await,
            "imported" => importing::imported(&self.deals, payload).await,
            "made-here" => importing::made_here_page(&self.deals, payload).await,
            other => Err(DirectError::unknown_kind(other)),
        }
    }
}
