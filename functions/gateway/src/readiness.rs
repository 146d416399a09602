//! Is the system able to do its work? Asked of every context and queue at once.

mod prober;
mod report;

pub use prober::Prober;
pub use report::{Check, ContextReport, QueueReport, Report, Status};
