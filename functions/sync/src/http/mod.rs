//! The HTTP resources of this context: one file per resource with what it takes and answers.

mod compare;
mod conflicts;
mod connections;
mod errors;
mod hooks;
mod rows;
mod runs;

use std::sync::Arc;

use event_store::Request;
use http_kit::{Caller, CursorKey, Routes};

use crate::Sheets;
use crate::ports::KeySource;

/// What the handlers work with.
#[derive(Clone)]
pub struct Api {
    /// The context.
    pub sheets: Sheets,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
    /// Where the secret lies that pokes are signed with.
    pub hook: Arc<dyn KeySource>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("sheets", &self.sheets).finish_non_exhaustive()
    }
}

impl Api {
    /// The rows of the caller's firm.
    fn sheets_of(&self, caller: &Caller) -> Sheets {
        self.sheets.of(&caller.principal.tenant)
    }
}

/// All routes of this context.
#[must_use]
pub fn routes() -> Routes<Api> {
    let routes = Routes::new("sync", "The firm's sheet").description(
        "Every confirmed deal as rows of the tab `Main`, one for each of its sources. A row is found by the key in its first \
         column: people may sort the sheet, insert lines and add columns to the right. A sale rate or delivery terms that they type \
         over amend the deal. The tabs `Inventory`, `Product Database`, `Sale Parties` and `Purchase Parties` mirror what the \
         database has, and nothing is read back from them. Lists are eventually consistent; \
         comparisons read the sheet.",
    );
    let routes = runs::add_to(rows::add_to(routes));
    hooks::add_to(conflicts::add_to(connections::add_to(compare::add_to(routes))))
}

/// A request without conditions.
fn asked(caller: &Caller) -> Request {
    Request::new(caller.provenance())
}
