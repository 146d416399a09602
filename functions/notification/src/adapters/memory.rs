//! The twins of the adapters, for tests and the simulation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use event_store::BoxError;
use kernel::Tenant;
use notification_domain::template::Good;
use notification_domain::{Address, Channel, DealId, ProductId};

use crate::deal_told::DealTold;
use crate::ports::{Deals, Goods, Queues, Secrets, SendOrder};

/// An inventory that knows these products.
#[derive(Debug, Default)]
pub struct MemoryGoods(pub BTreeMap<ProductId, Good>);

#[async_trait]
impl Goods for MemoryGoods {
    async fn good(&self, product: ProductId) -> Result<Option<Good>, BoxError> {
        Ok(self.0.get(&product).cloned())
    }
}

/// A deal context that knows what it was told last of each deal.
#[derive(Debug, Default)]
pub struct MemoryDeals {
    kept: Mutex<BTreeMap<(Tenant, DealId), DealTold>>,
}

impl MemoryDeals {
    /// From now on, this is how the firm's deal stands.
    pub fn put(&self, tenant: &Tenant, deal: DealTold) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert((tenant.clone(), deal.deal_id), deal);
    }
}

#[async_trait]
impl Deals for MemoryDeals {
    async fn deal(&self, tenant: &Tenant, deal: DealId) -> Result<Option<DealTold>, BoxError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.get(&(tenant.clone(), deal)).cloned())
    }
}

/// Secrets that never change.
#[derive(Debug, Clone)]
pub struct FixedSecrets<T>(pub T);

#[async_trait]
impl<T: Clone + Send + Sync> Secrets<T> for FixedSecrets<T> {
    async fn read(&self) -> Result<T, BoxError> {
        Ok(self.0.clone())
    }
}

/// Queues that keep what they are given.
#[derive(Debug, Default)]
pub struct MemoryQueues {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    orders: Vec<SendOrder>,
    seen: BTreeSet<String>,
    heard: Vec<String>,
    held: Vec<(String, i64)>,
}

impl MemoryQueues {
    /// Takes all orders out, in the order they came.
    #[must_use]
    pub fn take_orders(&self) -> Vec<SendOrder> {
        std::mem::take(&mut self.lock().orders)
    }

    /// Takes out what webhooks said.
    #[must_use]
    pub fn take_heard(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().heard)
    }

    /// Takes out the holds: receipt and time in milliseconds.
    #[must_use]
    pub fn take_held(&self) -> Vec<(String, i64)> {
        std::mem::take(&mut self.lock().held)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Queues for MemoryQueues {
    async fn order(&self, order: &SendOrder, _: &Address, once: &str) -> Result<(), BoxError> {
        let mut kept = self.lock();
        if kept.seen.insert(once.to_owned()) {
            kept.orders.push(order.clone());
        }
        Ok(())
    }

    async fn hold(&self, _: Channel, receipt_handle: &str, wait_ms: i64) -> Result<(), BoxError> {
        self.lock().held.push((receipt_handle.to_owned(), wait_ms));
        Ok(())
    }

    async fn hear(&self, body: &str) -> Result<(), BoxError> {
        self.lock().heard.push(body.to_owned());
        Ok(())
    }
}
