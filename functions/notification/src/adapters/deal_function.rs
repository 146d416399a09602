//! The deal context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use event_store::BoxError;
use kernel::Tenant;
use notification_domain::DealId;
use peer::Peer;
use serde_json::{Value, json};

use crate::deal_told::DealTold;
use crate::ports::Deals;

/// Invokes the deal function.
#[derive(Debug, Clone)]
pub struct DealFunction(Peer);

impl DealFunction {
    /// Invokes the function of this name.
    #[must_use]
    pub const fn new(client: Client, function: String) -> Self {
        Self(Peer::new(client, function))
    }
}

/// The event that asks for a deal, as the deal context reads it.
#[must_use]
pub fn find_deal(tenant: &Tenant, deal: DealId) -> Value {
    json!({ "kind": "find-deal", "tenant": tenant, "dealId": deal })
}

#[async_trait]
impl Deals for DealFunction {
    async fn deal(&self, tenant: &Tenant, deal: DealId) -> Result<Option<DealTold>, BoxError> {
        Ok(self.0.ask(&find_deal(tenant, deal)).await?)
    }
}
