//! What people can do with the inventory: one file per use case, each load → decide → append → return.

mod adjust_lot;
mod change_product;
mod create_product;
mod import_lots;
mod import_product;
mod receive_lot;
mod withdraw_product;

pub use adjust_lot::adjust_lot;
pub use change_product::change_product;
pub use create_product::create_product;
pub use import_lots::{ImportLotsError, LotOutcome, import_lots};
pub use import_product::import_product;
pub use receive_lot::{Delivery, Missing, ReceiptFault, ReceiveError, receive_lot};
pub use withdraw_product::withdraw_product;
