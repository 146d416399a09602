//! The inventory context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use event_store::BoxError;
use serde::Deserialize;
use serde_json::json;
use sync_domain::{ProductId, ProductWords};

use crate::ports::ProductDesk;

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
        let payload = Blob::new(json!({ "kind": "find-product", "productId": product }).to_string());
        let answer = self.client.invoke().function_name(&self.function).payload(payload).send().await?;
        if let Some(fault) = answer.function_error() {
            return Err(format!("the function failed: {fault}").into());
        }
        let bytes = answer.payload().map(Blob::as_ref).unwrap_or_default();
        match serde_json::from_slice::<Answer<Option<Product>>>(bytes)? {
            Answer::Ok(found) => Ok(found.map(|product| ProductWords {
                code: product.product_code,
                grade: product.grade,
                company: product.company,
                specific_grade: product.specific_grade,
            })),
            Answer::Error { code, detail } => Err(format!("{code}: {detail}").into()),
        }
    }
}
