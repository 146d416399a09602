//! What this context does when it is asked to.

mod ask;
mod flush;
mod mirror;
mod pause;
mod pull;
mod resolve;
mod run;
mod show_deal;

pub(crate) use flush::foremost;
pub use flush::{FlushError, Flushed, flush, header_fault};
pub use mirror::{Mirrored, mirror, mirror_again, mirror_now, mirror_soon};
pub use pause::{pause, resume, set_policy};
pub use pull::{Pulled, pull};
pub use resolve::resolve;
pub use run::{carry_on, start_run};
pub use show_deal::show_deal;
