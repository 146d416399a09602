//! The HTTP resources of this context: one file per resource with what it takes and answers.

mod bodies;
mod errors;
mod fields;
mod finding;
mod merging;
mod parties;
mod trading;

use event_store::Request;
use http_kit::{Caller, CursorKey, ETag, Mask, Problem, Reply, Routes};

use crate::party_view::{PartyView, shown};
use crate::{Customers, Found};

/// People and addresses.
const CONTACTS: Mask = Mask::new("party:contacts", &["contacts", "addresses"]);

/// What trade with a party brings and what it may owe: shown only to callers who may see what things cost.
const COSTS: Mask =
    Mask::new("cost:read", &["ratePerKg", "averageRatePerKg", "revenueInr", "costInr", "creditLimitInr"]);

/// What the handlers work with.
#[derive(Debug, Clone)]
pub struct Api {
    /// The context.
    pub customers: Customers,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
}

impl Api {
    /// The parties of the caller's firm.
    fn customers_of(&self, caller: &Caller) -> Customers {
        self.customers.of(&caller.principal.tenant)
    }
}

/// All routes of this context.
#[must_use]
pub fn routes() -> Routes<Api> {
    let routes = Routes::new("customer", "Customers and suppliers").description(
        "Parties: whom the firm sells to and buys from. Names are unique whatever their case, accents, hyphens and \
         blanks; old names and merged parties keep leading to the party. Lists, suggestions and deals are eventually \
         consistent; a single party reads back what was written.",
    );
    let routes = routes.masks([CONTACTS, COSTS]);
    trading::add_to(merging::add_to(finding::add_to(parties::add_to(routes))))
}

/// A request that changes the version it names.
fn changing(caller: &Caller, expected: Option<u64>) -> Request {
    Request { expected, ..Request::new(caller.provenance()) }
}

/// A party as this caller may see it.
async fn view(customers: &Customers, found: &Found, caller: &Caller) -> Result<PartyView, Problem> {
    let view = shown(customers, found, CONTACTS.lifted_for(&caller.principal)).await;
    let mut view = view.map_err(|e| errors::personal(&e))?.ok_or_else(|| Problem::not_found("party"))?;
    if !COSTS.lifted_for(&caller.principal) {
        view.credit_limit_inr = None;
    }
    Ok(view)
}

/// 200 with a party as this caller may see it.
async fn answer(customers: &Customers, found: &Found, caller: &Caller) -> Result<Reply, Problem> {
    let view = view(customers, found, caller).await?;
    Ok(tagged(Reply::ok(&view)?, &view, caller))
}

/// Tags an answer with the party's version, which is what `If-Match` wants. By the id of a merged party, or to callers who
/// do not see all of it, the same version looks different; such an answer is tagged by its content, lest one pass for the
/// other.
fn tagged(reply: Reply, view: &PartyView, caller: &Caller) -> Reply {
    let whole = CONTACTS.lifted_for(&caller.principal) && COSTS.lifted_for(&caller.principal);
    if view.merged_from.is_none() && whole {
        reply.etag(&ETag::version(view.version))
    } else {
        reply.etag_of_content()
    }
}
