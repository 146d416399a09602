//! What a handler asks for, as argument types. Each one also documents itself in the OpenAPI document, so that a
//! handler cannot take what the document does not mention.

mod caller;
mod conditional;
mod input;
mod path;
mod query;
mod raw;
mod write;

pub use caller::Caller;
pub use input::Input;
pub use path::PathId;
pub use query::{Limit, NoQuery, QueryParams, ValidateOnly};
pub use raw::RawBody;
pub use write::{Changing, Creating};
