//! A JSON text as a tree that keeps what typed parsers throw away.
//!
//! The edge needs four things at once: numbers as the text that was sent (a quantity must never pass through a
//! float), member names that occur twice, a bounded depth, and the place of every value, so that *all* faults of a
//! body can be reported with JSON pointers. `json-event-parser` tokenizes (RFC 8259, line and column of a syntax
//! error, invalid UTF-8 and lone surrogates refused); this module only builds the tree.
//!
//! Why not something ready-made: `serde_json` keeps number literals only with `arbitrary_precision`, a feature that
//! leaks into the whole workspace; `deserr` collects faults but hands numbers over as `f64`; `eserde` collects faults
//! but lets a duplicate member pass and has no pointers.
//!
//! Deliberately absent: writing JSON (that is `serde_json`) and streaming (bodies are at most 256 KB).

mod canonical;
mod parse;
mod path;

use std::borrow::Cow;

pub use canonical::to_canonical;
pub use parse::{MAX_DEPTH, Parsed, SyntaxError, parse};
pub use path::Path;

/// A JSON value that borrows from the text it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(Cow<'a, str>),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object: its members in the order in which they were sent, each name once.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The member called `name`, when this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Names the kind of value for a person: `a string`, `null`, …
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}
