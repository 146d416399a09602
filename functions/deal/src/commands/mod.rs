//! What people can do with deals: one file per use case, each load → decide → append → return.

mod amend_deal;
mod await_decision;
mod cancel_deal;
mod give_up_overdue;
mod import_deal;
mod preview_deal;
mod register_deal;
mod sale;

pub use amend_deal::amend_deal;
pub use await_decision::await_decision;
pub use cancel_deal::cancel_deal;
pub use give_up_overdue::give_up_overdue;
pub use import_deal::import_deal;
pub use preview_deal::{Preview, preview_deal};
pub use register_deal::{RegisterError, Registration, register_deal};
pub use sale::{Missing, Part, Sale, SaleFault, SaleSource};
