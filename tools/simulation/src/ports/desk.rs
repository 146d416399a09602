//! The inventory context, asked directly by the deal context.

use std::sync::Arc;

use async_trait::async_trait;
use deal::ports::{KnownProduct, ProductName, StockAnswer, StockDesk, StockDeskError};
use deal_domain::{ProductId, Terms};
use inventory::Inventory;
use inventory::queries::{ProductRef, product};

use crate::contexts::Function;
use crate::platform::function::Fleet;
use crate::ports::io::Io;

/// Invokes the inventory function.
pub struct Desk {
    io: Io,
    inventory: Arc<Fleet<Function<Inventory>>>,
}

impl Desk {
    /// As seen from one instance of the deal function.
    #[must_use]
    pub const fn new(io: Io, inventory: Arc<Fleet<Function<Inventory>>>) -> Self {
        Self { io, inventory }
    }
}

#[async_trait]
impl StockDesk for Desk {
    async fn product(&self, name: &ProductName) -> Result<Option<KnownProduct>, StockDeskError> {
        let named = match name {
            ProductName::Id(id) => ProductRef::Id(inventory_domain::ProductId::new(id.uuid())),
            ProductName::Code(code) => {
                ProductRef::Code(code.parse().map_err(|e| StockDeskError(Box::new(e)))?)
            }
        };
        let asked = self
            .inventory
            .invoke(move |function| Box::pin(async move { product(&function.context, &named).await }));
        let answer = self.io.read("desk.product", || format!("{name:?}"), asked).await;
        let answer = answer.map_err(|lost| StockDeskError(lost.into()))?;
        let found = answer.map_err(|died| StockDeskError(died.into()))?;
        let found = found.map_err(|error| StockDeskError(error.into()))?;
        Ok(found.map(|view| KnownProduct {
            id: ProductId::new(view.id.uuid()),
            code: view.product_code.to_string(),
        }))
    }

    async fn quote(&self, _: &Terms) -> Result<StockAnswer, StockDeskError> {
        Err(StockDeskError("previews write nothing: they are not simulated".into()))
    }
}
