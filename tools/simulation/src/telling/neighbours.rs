//! The contexts that this one asks directly. They are not simulated themselves: they always answer, over a network that loses.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::BoxError;
use kernel::Tenant;
use notification::adapters::memory::MemoryDeals;
use notification::deal_told::DealTold;
use notification::ports::{Deals, Goods, Queues, SendOrder};
use notification_domain::template::Good;
use notification_domain::{Address, Channel, DealId, ProductId};

use crate::ports::io::Io;

/// Invokes the inventory function, which knows every product.
pub struct GoodsPort(pub Io);

#[async_trait]
impl Goods for GoodsPort {
    async fn good(&self, product: ProductId) -> Result<Option<Good>, BoxError> {
        let good =
            Good { code: "TR131".to_owned(), company: "IOCL".to_owned(), grade: "PP Raffia".to_owned() };
        let answer = self.0.read("goods.good", || product.to_string(), async { good }).await;
        Ok(Some(answer.map_err(BoxError::from)?))
    }
}

/// Invokes the deal function.
pub struct DealsPort {
    io: Io,
    deals: Arc<MemoryDeals>,
}

impl DealsPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, deals: Arc<MemoryDeals>) -> Self {
        Self { io, deals }
    }
}

#[async_trait]
impl Deals for DealsPort {
    async fn deal(&self, tenant: &Tenant, deal: DealId) -> Result<Option<DealTold>, BoxError> {
        let asked = self.deals.deal(tenant, deal);
        self.io.read("deals.deal", || deal.to_string(), asked).await.map_err(BoxError::from)?
    }
}

/// Who only looks asks nobody and orders nothing.
pub struct Nobody;

/// Why [`Nobody`] answers.
fn at_rest() -> BoxError {
    "the world is at rest".into()
}

#[async_trait]
impl Goods for Nobody {
    async fn good(&self, _: ProductId) -> Result<Option<Good>, BoxError> {
        Err(at_rest())
    }
}

#[async_trait]
impl Deals for Nobody {
    async fn deal(&self, _: &Tenant, _: DealId) -> Result<Option<DealTold>, BoxError> {
        Err(at_rest())
    }
}

#[async_trait]
impl Queues for Nobody {
    async fn order(&self, _: &SendOrder, _: &Address, _: &str) -> Result<(), BoxError> {
        Err(at_rest())
    }

    async fn hold(&self, _: Channel, _: &str, _: i64) -> Result<(), BoxError> {
        Err(at_rest())
    }

    async fn hear(&self, _: &str) -> Result<(), BoxError> {
        Err(at_rest())
    }
}
