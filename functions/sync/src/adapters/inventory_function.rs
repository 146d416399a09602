//! The inventory context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use event_store::BoxError;
use serde::Deserialize;
use serde_json::json;
use sync_domain::{ProductId, ProductWords};

use super::function::ask;
use crate::ports::ProductDesk;

/// Invokes the inventory function.
#[derive(Debug, Clone)]
pub struct InventoryFunction {
    client: Client,
    function: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    product_code: String,
    grade: String,
    company: String,
    specific_grade: String,
}

impl InventoryFunction {
    /// Invokes the function of this name.
    #[must_use]
    pub const fn new(client: Client, function: String) -> Self {
        Self { client, function }
    }
}

#[async_trait]
impl ProductDesk for InventoryFunction {
    async fn words(&self, product: ProductId) -> Result<Option<ProductWords>, BoxError> {
        let event = json!({ "kind": "find-product", "productId": product });
        let found: Option<Product> = ask(&self.client, &self.function, &event).await?;
        Ok(found.map(|product| ProductWords {
            code: product.product_code,
            grade: product.grade,
            company: product.company,
            specific_grade: product.specific_grade,
        }))
    }
}
