//! `address-book`: parties with how to reach them, page by page, for whoever shows them elsewhere.

use customer_domain::Role;
use event_store::Position;
use kernel::Tenant;
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Direct, failed, read};
use crate::queries::address_book;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressBook {
    #[serde(default)]
    tenant: Option<Tenant>,
    role: Role,
    #[serde(default)]
    after: Option<Position>,
}

impl Direct {
    /// Which parties there are comes from the list, which may lag behind the log; what is said of each comes from the log.
    pub(super) async fn address_book(&self, payload: Value) -> Result<Value, DirectError> {
        let AddressBook { tenant, role, after } = read(payload)?;
        let found = address_book(&self.customers_of(tenant), role, after).await;
        let (rows, next) = found.map_err(|e| failed(e.as_ref()))?;
        Ok(json!({ "rows": rows, "next": next }))
    }
}
