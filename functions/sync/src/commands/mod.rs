//! What this context does when it is asked to.

mod flush;
mod pause;
mod run;
mod show_deal;

pub use flush::{Actions, FlushError, Flushed, flush, header_fault};
pub use pause::{pause, resume};
pub use run::{carry_on, start_run};
pub use show_deal::show_deal;
