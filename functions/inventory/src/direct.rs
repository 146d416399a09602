//! Direct invocations, for other contexts and for operators; IAM says who may.
//!
//! | event | answer |
//! |---|---|
//! | `{"kind":"ready"}` | `{status, checks: [{name, status, durationMs}]}` |
//! | `{"kind":"find-product", "productId"}` or `… "productCode"` | the product, or `null` |
//! | `{"kind":"listed", tenant, of: "products" or "lots", after?}` | `{rows, next}`: a page of the products that are traded, or of the lots of which something is available |
//! | `{"kind":"quote", productId, quantityKg, date, sources}` | `{answer, fact}`: what a deal of these terms would get now |
//! | `{"kind":"import-products", tenant, items: [{legacyId, productCode, grade, company, specificGrade, active}]}` | `{items: [{legacyId, id, outcome, reason?, faults?}]}` |
//! | `{"kind":"import-lots", tenant, items: [{productCode, lots: [{legacyId, supplier, quantityKg, ratePerKg, receivedOn, originals}]}]}` | `{items: [{legacyId, productCode, id, outcome, reason?, faults?}]}` |
//! | `{"kind":"withdraw-imports", tenant, items: [{productCode, legacyIds}], dryRun?}` | `{items: [{legacyId, productCode, id?, outcome, reason?}]}` of lots: outcome `withdrawn`, `unchanged`, `absent`, or `kept` with the reason |
//! | `{"kind":"withdraw-products", tenant, items: [{productCode, lots}], dryRun?}` | `{items: [{productCode, id, outcome, reason?}]}`, outcomes as above; a dry run takes `lots`, by their identities in the other system, for withdrawn where they can be |
//! | `{"kind":"imported", tenant, of: "stock", productCodes}` | `{rows: [{product, lots}]}`, from the log |
//! | `{"kind":"imported", tenant, of: "products" or "lots", after?}` | `{ids: {legacyId: id}, next}`, a page of the list |
//! | `{"kind":"stock", tenant, after?}` | `{rows: [{product, lots}], next}`: a page of all products, with all their lots |
//!
//! An outcome is `created`, `changed`, `unchanged` or `refused`; `faults` are `[{pointer, code, detail}]`, everything that is
//! wrong with an item that cannot be read.

use assembly::Readiness;
use async_trait::async_trait;
use event_store::Position;
use inventory_domain::{ProductCode, ProductId};
use kernel::Tenant;
use lambda_entry::{DirectError, DirectHandler};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::queries::{Current, ProductRef, QuoteRequest, current, product, quote};
use crate::{Inventory, importing, withdrawing};

/// Answers direct invocations.
#[derive(Debug, Clone)]
pub struct Direct {
    inventory: Inventory,
    readiness: Readiness,
}

#[derive(Deserialize)]
enum FindProduct {
    #[serde(rename = "productId")]
    Id(ProductId),
    #[serde(rename = "productCode")]
    Code(ProductCode),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    tenant: Tenant,
    of: Current,
    #[serde(default)]
    after: Option<Position>,
}

impl Direct {
    /// Answers from these parts.
    #[must_use]
    pub const fn new(inventory: Inventory, readiness: Readiness) -> Self {
        Self { inventory, readiness }
    }

    async fn find_product(&self, payload: Value) -> Result<Value, DirectError> {
        let named = match read(without_kind(payload))? {
            FindProduct::Id(id) => ProductRef::Id(id),
            FindProduct::Code(code) => ProductRef::Code(code),
        };
        let found = product(&self.inventory, &named).await.map_err(|e| failed(&e))?;
        serde_json::to_value(found).map_err(|e| failed(&e))
    }

    /// Reads the list, which may lag behind the log.
    async fn listed(&self, payload: Value) -> Result<Value, DirectError> {
        let Listed { tenant, of, after } = read(without_kind(payload))?;
        let found = current(&self.inventory.of(&tenant), of, after).await;
        let (rows, next) = found.map_err(|e| failed(e.as_ref()))?;
        Ok(json!({ "rows": rows, "next": next }))
    }

    async fn quote(&self, payload: Value) -> Result<Value, DirectError> {
        let asked: QuoteRequest = read(payload)?;
        let answer = quote(&self.inventory, &asked).await.map_err(|e| failed(&e))?;
        serde_json::to_value(answer).map_err(|e| failed(&e))
    }
}

#[async_trait]
impl DirectHandler for Direct {
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError> {
        match kind {
            "ready" => Ok(self.readiness.report().await),
            "find-product" => self.find_product(payload).await,
            "listed" => self.listed(payload).await,
            "quote" => self.quote(payload).await,
            "import-products" => importing::products(&self.inventory, payload).await,
            "import-lots" => importing::lots(&self.inventory, payload).await,
            "withdraw-imports" => withdrawing::lots(&self.inventory, payload).await,
            "withdraw-products" => withdrawing::products(&self.inventory, payload).await,
            "imported" => importing::imported(&self.inventory, payload).await,
            "stock" => importing::stock_page(&self.inventory, payload).await,
            other => Err(DirectError::unknown_kind(other)),
        }
    }
}

fn without_kind(mut payload: Value) -> Value {
    if let Some(members) = payload.as_object_mut() {
        members.remove("kind");
    }
    payload
}

pub(crate) fn read<T: DeserializeOwned>(payload: Value) -> Result<T, DirectError> {
    serde_json::from_value(payload).map_err(|error| DirectError::new("invalid", error.to_string()))
}

pub(crate) fn failed(error: &(dyn std::error::Error + 'static)) -> DirectError {
    tracing::error!(error = kernel::error::chain(error), "direct invocation failed");
    DirectError::new("failed", "the inventory could not answer; the reason is in its log")
}
