//! What can be asked without changing anything, one file each.

mod authorize;
mod readiness;

pub use authorize::Authorize;
pub use readiness::Readiness;
