//! The inventory context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use event_store::BoxError;
use notification_domain::ProductId;
use notification_domain::template::Good;
use peer::Peer;
use serde::Deserialize;
use serde_json::json;

use crate::ports::Goods;

/// Invokes the inventory function.
#[derive(Debug, Clone)]
pub struct InventoryFunction(Peer);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    product_code: String,
    company: String,
    grade: String,
}

impl InventoryFunction {
    /// Invokes the function of this name.
    #[must_use]
    pub const fn new(client: Client, function: String) -> Self {
        Self(Peer::new(client, function))
    }
}

#[async_trait]
impl Goods for InventoryFunction {
    async fn good(&self, product: ProductId) -> Result<Option<Good>, BoxError> {
        let question = json!({ "kind": "find-product", "productId": product });
        let found: Option<Product> = self.0.ask(&question).await?;
        Ok(found.map(|product| Good {
            code: product.product_code,
            company: product.company,
            grade: product.grade,
        }))
    }
}
