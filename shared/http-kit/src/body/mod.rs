//! From a [`Json`](crate::json::Json) tree to typed values, with every fault found on the way.

mod from_json;
mod items;
mod parsed;
mod patch;
mod reader;
#[doc(hidden)]
pub mod request;
#[doc(hidden)]
pub mod request_enum;
mod scalars;
mod text;

pub use from_json::{ByShape, ByText, FromJson, Node, Within};
pub use items::Items;
pub use parsed::Parsed;
pub use patch::Patch;
pub use reader::Reader;
pub use text::{Note, Secret, Text, Words};
