//! Direct invocations that take an import back, as far as nothing was built upon it. IAM says who may; asked again they change
//! nothing. What is kept says why; importing again brings back what is gone. Products are asked for after their lots.

mod lots;
mod products;

use event_store::Request;
use kernel::{Actor, Provenance, Tenant};
use lambda_entry::DirectError;

pub(crate) use lots::lots;
pub(crate) use products::products;

use crate::Inventory;
use crate::direct::failed;

/// How many streams are written at once.
const AT_ONCE: usize = 16;

fn begin(inventory: &Inventory, tenant: &Tenant) -> Result<(Inventory, Request), DirectError> {
    let inventory = inventory.of(tenant);
    let correlation = inventory.ids.uuid().to_string().parse().map_err(|e| failed(&e))?;
    let (tenant, actor) = (tenant.clone(), Actor::system("rollback"));
    let provenance = Provenance { tenant, actor, correlation, causation: None, traceparent: None };
    Ok((inventory, Request::new(provenance)))
}
