//! The inventory context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use deal_domain::{ProductId, Terms};
use event_store::BoxError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::ports::{KnownProduct, ProductName, StockAnswer, StockDesk, StockDeskError};
use crate::reactions::{StockRejected, StockReserved};

/// Invokes the inventory function.
#[derive(Debug, Clone)]
pub struct InventoryFunction {
    client: Client,
    function: String,
}

/// What a function answers to a direct event.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer<T> {
    Ok(T),
    Error { code: String, detail: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    id: ProductId,
    product_code: String,
}

#[derive(Deserialize)]
#[serde(tag = "answer", content = "fact", rename_all = "camelCase")]
enum Quote {
    UnknownProduct,
    Reserved(StockReserved),
    Rejected(StockRejected),
}

impl InventoryFunction {
    /// Invokes the function of this name.
    #[must_use]
    pub const fn new(client: Client, function: String) -> Self {
        Self { client, function }
    }

    async fn ask<T: DeserializeOwned>(&self, question: &Value) -> Result<T, StockDeskError> {
        let payload = Blob::new(question.to_string());
        let invoked = self.client.invoke().function_name(&self.function).payload(payload).send().await;
        let answer = invoked.map_err(|e| StockDeskError(e.into()))?;
        if let Some(fault) = answer.function_error() {
            return Err(StockDeskError(format!("the function failed: {fault}").into()));
        }
        let bytes = answer.payload().map(Blob::as_ref).unwrap_or_default();
        match serde_json::from_slice(bytes).map_err(|e| StockDeskError(e.into()))? {
            Answer::Ok(answer) => Ok(answer),
            Answer::Error { code, detail } => {
                Err(StockDeskError(BoxError::from(format!("{code}: {detail}"))))
            }
        }
    }
}

#[async_trait]
impl StockDesk for InventoryFunction {
    async fn product(&self, name: &ProductName) -> Result<Option<KnownProduct>, StockDeskError> {
        let question = match name {
            ProductName::Id(id) => json!({ "kind": "find-product", "productId": id }),
            ProductName::Code(code) => json!({ "kind": "find-product", "productCode": code }),
        };
        let found: Option<Product> = self.ask(&question).await?;
        Ok(found.map(|product| KnownProduct { id: product.id, code: product.product_code }))
    }

    async fn quote(&self, terms: &Terms) -> Result<StockAnswer, StockDeskError> {
        let question = json!({
            "kind": "quote",
            "productId": terms.product_id,
            "quantityKg": terms.quantity_kg,
            "date": terms.date,
            "sources": terms.sources,
        });
        Ok(match self.ask(&question).await? {
            Quote::UnknownProduct => StockAnswer::UnknownProduct,
            Quote::Reserved(fact) => StockAnswer::Reserved(fact.sources),
            Quote::Rejected(fact) => StockAnswer::Rejected(fact.shortages),
        })
    }
}
