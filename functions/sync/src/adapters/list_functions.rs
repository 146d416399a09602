//! The lists of the inventory and customer contexts, asked by invoking their functions directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use event_store::{BoxError, Position};
use kernel::Tenant;
use peer::Peer;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sync_domain::mirror::{ListedLot, ListedParty, ListedProduct};

use crate::ports::{Listed, Listings, Role};

/// Invokes the functions whose lists the tabs mirror.
#[derive(Debug, Clone)]
pub struct ListFunctions {
    inventory: Peer,
    customer: Peer,
}

#[derive(Deserialize)]
struct Answer<T> {
    rows: Vec<T>,
    next: Option<Position>,
}

/// An answer that is no page of a list. It does not say where: it would quote what it read.
#[derive(Debug, thiserror::Error)]
#[error("the answer is no page of a list")]
pub struct NoPage;

impl ListFunctions {
    /// Invokes the functions of these names.
    #[must_use]
    pub fn new(client: Client, inventory: String, customer: String) -> Self {
        Self { inventory: Peer::new(client.clone(), inventory), customer: Peer::new(client, customer) }
    }
}

/// The event that asks for a page of `products` or `lots`, as the inventory context reads it.
#[must_use]
pub fn listed(tenant: &Tenant, of: &str, after: Option<&Position>) -> Value {
    went_on(json!({ "kind": "listed", "tenant": tenant, "of": of }), after)
}

/// The event that asks for a page of parties, as the customer context reads it.
#[must_use]
pub fn address_book(tenant: &Tenant, role: Role, after: Option<&Position>) -> Value {
    let role = match role {
        Role::Customer => "customer",
        Role::Supplier => "supplier",
    };
    went_on(json!({ "kind": "address-book", "tenant": tenant, "role": role }), after)
}

fn went_on(mut question: Value, after: Option<&Position>) -> Value {
    if let (Some(members), Some(after)) = (question.as_object_mut(), after) {
        members.insert("after".to_owned(), json!(after));
    }
    question
}

/// What an answer to [`listed`] or [`address_book`] means.
///
/// # Errors
/// `NoPage`
pub fn page<T: DeserializeOwned>(answer: Value) -> Result<Listed<T>, NoPage> {
    let Answer { rows, next } = Answer::deserialize(answer).map_err(|_| NoPage)?;
    Ok(Listed { rows, next })
}

#[async_trait]
impl Listings for ListFunctions {
    async fn products(
        &self,
        tenant: &Tenant,
        after: Option<Position>,
    ) -> Result<Listed<ListedProduct>, BoxError> {
        Ok(page(self.inventory.ask(&listed(tenant, "products", after.as_ref())).await?)?)
    }

    async fn lots(&self, tenant: &Tenant, after: Option<Position>) -> Result<Listed<ListedLot>, BoxError> {
        Ok(page(self.inventory.ask(&listed(tenant, "lots", after.as_ref())).await?)?)
    }

    async fn parties(
        &self,
        tenant: &Tenant,
        role: Role,
        after: Option<Position>,
    ) -> Result<Listed<ListedParty>, BoxError> {
        Ok(page(self.customer.ask(&address_book(tenant, role, after.as_ref())).await?)?)
    }
}
