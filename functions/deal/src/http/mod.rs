//! The HTTP resource of this context, with what it takes and answers.

mod amending;
mod deals;
mod errors;
mod linked;
mod listing;
mod reading;
mod registration;

pub(crate) use registration::DeliveryTerms;

use event_store::Request;
use http_kit::{Caller, CursorKey, Mask, Routes};

use crate::Deals;

/// What is shown only to callers who may see what things cost: logistics moves goods and sees no rate, amount or margin.
const COSTS: Mask = Mask::new("cost:read", &["ratePerKg", "revenueInr", "costInr", "marginInr"]);

/// What the handlers work with.
#[derive(Debug, Clone)]
pub struct Api {
    /// The context.
    pub deals: Deals,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
}

impl Api {
    /// The deals of the caller's firm.
    fn deals_of(&self, caller: &Caller) -> Deals {
        self.deals.of(&caller.principal.tenant)
    }
}

/// All routes of this context.
#[must_use]
pub fn routes() -> Routes<Api> {
    let routes = Routes::new("deal", "Deals").description(
        "Registering, reading, amending and cancelling deals. A registered deal is pending until stock has answered, \
         usually within a second; with `Prefer: wait=N` the registration answers once it is decided. Rates, amounts and \
         margins are shown to callers with `cost:read`; others read deals without them. Lists are \
         eventually consistent; a single deal reads back what was written.",
    );
    let routes = routes.masks([COSTS]);
    amending::add_to(reading::add_to(listing::add_to(deals::add_to(routes))))
}

/// A request that changes the version it names, if it names one.
fn changing(caller: &Caller, expected: Option<u64>) -> Request {
    Request { expected, ..Request::new(caller.provenance()) }
}
