//! The lists of the other contexts, in their shape and page by page.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use event_store::{BoxError, Position};
use kernel::Tenant;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sync::adapters::page;
use sync::ports::{Listed, Listings, Role};
use sync_domain::mirror::{ListedLot, ListedParty, ListedProduct};

use crate::world::PRODUCT;

/// Small, so that lists have pages.
const ROWS_A_PAGE: usize = 2;

/// What the other contexts have now.
#[derive(Default)]
pub(crate) struct Has {
    pub(crate) products: Vec<Value>,
    pub(crate) lots: Vec<Value>,
    pub(crate) customers: Vec<Value>,
    pub(crate) suppliers: Vec<Value>,
    /// Whether they answer nothing.
    pub(crate) silent: bool,
    /// How many pages were asked for.
    pub(crate) asked: usize,
}

#[derive(Default)]
pub(crate) struct Lists(Mutex<Has>);

impl Lists {
    pub(crate) fn now(&self) -> MutexGuard<'_, Has> {
        self.0.lock().unwrap()
    }

    fn answer<T: DeserializeOwned>(
        &self,
        of: impl FnOnce(&Has) -> Vec<Value>,
        after: Option<Position>,
    ) -> Result<Listed<T>, BoxError> {
        let mut has = self.now();
        has.asked += 1;
        if has.silent {
            return Err("no answer".into());
        }
        let all = of(&has);
        let from: usize = after.map_or(0, |after| after.sk.parse().unwrap());
        let to = (from + ROWS_A_PAGE).min(all.len());
        let next = (to < all.len()).then(|| json!({ "pk": "list", "sk": to.to_string() }));
        Ok(page(json!({ "rows": all[from..to], "next": next }))?)
    }
}

#[async_trait]
impl Listings for Lists {
    async fn products(&self, _: &Tenant, after: Option<Position>) -> Result<Listed<ListedProduct>, BoxError> {
        self.answer(|has| has.products.clone(), after)
    }

    async fn lots(&self, _: &Tenant, after: Option<Position>) -> Result<Listed<ListedLot>, BoxError> {
        self.answer(|has| has.lots.clone(), after)
    }

    async fn parties(
        &self,
        _: &Tenant,
        role: Role,
        after: Option<Position>,
    ) -> Result<Listed<ListedParty>, BoxError> {
        let of = |has: &Has| match role {
            Role::Customer => has.customers.clone(),
            Role::Supplier => has.suppliers.clone(),
        };
        self.answer(of, after)
    }
}

/// A product as inventory lists it.
pub(crate) fn product(code: &str) -> Value {
    json!({
        "id": PRODUCT, "productCode": code, "grade": "PP Raffia", "company": "IOCL", "specificGrade": "PP",
        "minStockKg": "0.000", "active": true, "createdAt": "2026-01-02T03:04:05.000Z", "version": 1,
    })
}

/// A lot as inventory lists it.
pub(crate) fn lot(number: u32, available: &str) -> Value {
    json!({
        "id": format!("{}_{number}", PRODUCT.replace("product", "lot")), "productId": PRODUCT, "productCode": "TR131",
        "supplier": "Gulf Polymers", "ratePerKg": "90.50", "receivedOn": "2025-07-01", "receivedKg": "1000.000",
        "availableKg": available, "reservedKg": "0.000", "soldKg": "0.000", "adjustedKg": "0.000",
        "availableValueInr": "0.00", "version": 1,
    })
}

/// A party as customer lists it.
pub(crate) fn party(number: u32, name: &str) -> Value {
    json!({
        "id": format!("party_{number:032x}"), "name": name,
        "contacts": [{ "name": "Asha Rao", "phones": ["+919876543210"], "emails": ["asha@ivory.example"] }],
        "addresses": [{ "lines": "12, MIDC Road", "city": "Bhiwandi", "postalCode": "421302", "stateCode": "27" }],
    })
}
