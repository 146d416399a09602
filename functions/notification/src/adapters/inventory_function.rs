//! The inventory context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use event_store::BoxError;
use notification_domain::ProductId;
use notification_domain::template::Good;
use serde::Deserialize;
use serde_json::json;

use crate::ports::Goods;

/// Invokes the inventory function.
#[derive(Debug, Clone)]
pub struct InventoryFunction {
    client: Client,
    function: String,
}

/// What a function answers to a direct event.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Ok(Option<Product>),
    Error { code: String, detail: String },
}

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
        Self { client, function }
    }
}

#[async_trait]
impl Goods for InventoryFunction {
    async fn good(&self, product: ProductId) -> Result<Option<Good>, BoxError> {
        let question = json!({ "kind": "find-product", "productId": product });
        let payload = Blob::new(question.to_string());
        let answer = self.client.invoke().function_name(&self.function).payload(payload).send().await?;
        if let Some(fault) = answer.function_error() {
            return Err(format!("the function failed: {fault}").into());
        }
        match serde_json::from_slice(answer.payload().map(Blob::as_ref).unwrap_or_default())? {
            Answer::Ok(found) => Ok(found.map(|product| Good {
                code: product.product_code,
                company: product.company,
                grade: product.grade,
            })),
            Answer::Error { code, detail } => Err(format!("{code}: {detail}").into()),
        }
    }
}
