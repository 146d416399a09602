//! The inventory context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use deal_domain::{ProductId, Terms};
use peer::Peer;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::ports::{KnownProduct, ProductName, StockAnswer, StockDesk, StockDeskError};
use crate::reactions::{StockRejected, StockReserved};

/// Invokes the inventory function.
#[derive(Debug, Clone)]
pub struct InventoryFunction(Peer);

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
        Self(Peer::new(client, function))
    }

    async fn ask<T: DeserializeOwned>(&self, question: &Value) -> Result<T, StockDeskError> {
        self.0.ask(question).await.map_err(|error| StockDeskError(error.into()))
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
