//! The HTTP resources of this context: one file per resource with what it takes and answers.

mod errors;
mod lot_listing;
mod lots;
mod products;
mod stock;

use event_store::{Page as ViewPage, Position, Request};
use http_kit::{Caller, CursorKey, CursorScope, CursorToken, Mask, Page, Problem, Reply, Routes};
use serde_json::value::RawValue;

use crate::Inventory;

/// The permission to see what lots cost and what stock is worth.
const SEES_COSTS: &str = "cost:read";
/// What is hidden without it.
const COSTS: Mask = Mask::new(SEES_COSTS, &["ratePerKg", "availableValueInr", "valueInr"]);

/// What the handlers work with.
#[derive(Debug, Clone)]
pub struct Api {
    /// The context.
    pub inventory: Inventory,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
}

impl Api {
    /// The inventory of the caller's firm.
    fn inventory_of(&self, caller: &Caller) -> Inventory {
        self.inventory.of(&caller.principal.tenant)
    }
}

/// All routes of this context.
#[must_use]
pub fn routes() -> Routes<Api> {
    let routes = Routes::new("inventory", "Inventory").description(
        "Products, and for each product its lots: received, reserved, sold and corrected. Lists and sums are eventually \
         consistent; a single product or lot reads back what was written.",
    );
    let routes = routes.masks([COSTS]);
    stock::add_to(lots::add_to(lot_listing::add_to(products::add_to(routes))))
}

/// A request that creates something, under the identity its key gives it.
fn creating<T, Q>(request: &http_kit::Creating<T, Q>) -> Request {
    Request {
        idempotency: Some(event_store::Idempotency {
            key: request.derived_id().simple().to_string(),
            fingerprint: request.fingerprint.clone(),
        }),
        ..Request::new(request.caller.provenance())
    }
}

/// A request that changes the version it names.
fn changing(caller: &Caller, expected: Option<u64>) -> Request {
    Request { expected, ..Request::new(caller.provenance()) }
}

/// Where a list goes on.
fn start(api: &Api, scope: &CursorScope, cursor: Option<&CursorToken>) -> Result<Option<Position>, Problem> {
    cursor.map(|cursor| api.cursors.open(scope, cursor)).transpose()
}

/// A page of rendered rows.
fn page(api: &Api, scope: &CursorScope, found: ViewPage) -> Result<Reply, Problem> {
    let rows = found.rows.into_iter().map(|row| RawValue::from_string(row.body));
    let data = rows.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::internal(&error))?;
    let next_cursor = found.next.and_then(|position| api.cursors.seal(scope, &position));
    Ok(Reply::ok(&Page { data, next_cursor })?.etag_of_content())
}
