//! Everything wrong with a request, collected.

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Value;

use crate::json::Path;

/// More faults than this are counted, not listed: an answer must not be larger than what provoked it.
const LISTED: usize = 64;
/// Longer names are cut in what is sent back.
pub(crate) const ECHOED_CHARS: usize = 100;

/// Where in the request a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// In the body, by JSON Pointer (RFC 6901).
    Pointer(String),
    /// A query parameter, by name.
    Parameter(String),
    /// A header, by name.
    Header(&'static str),
}

/// One thing wrong with a request: where, a stable code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where.
    pub at: At,
    /// Stable, in kebab case: `missing`, `unknown-field`, `too-precise`, …
    pub code: &'static str,
    /// What to do about it, without the place: "must be greater than zero".
    pub detail: String,
    /// What a program may want to know besides, such as the names that might be meant.
    pub members: Vec<(&'static str, Value)>,
}

impl FieldError {
    /// In the body, at a JSON Pointer.
    pub fn pointer(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { at: At::Pointer(pointer.into()), code, detail: detail.into(), members: Vec::new() }
    }

    /// In a query parameter.
    pub fn parameter(name: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { at: At::Parameter(name.into()), code, detail: detail.into(), members: Vec::new() }
    }

    /// In a header.
    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self { at: At::Header(name), code, detail: detail.into(), members: Vec::new() }
    }

    /// Adds a member of its own. A value that does not serialize is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.members.push((name, value));
        }
        self
    }
}

impl Serialize for FieldError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len().saturating_add(3)))?;
        match &self.at {
            At::Pointer(pointer) => map.serialize_entry("pointer", pointer)?,
            At::Parameter(name) => map.serialize_entry("parameter", name)?,
            At::Header(name) => map.serialize_entry("header", name)?,
        }
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("detail", &self.detail)?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The faults found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    listed: Vec<FieldError>,
    count: usize,
    malformed: bool,
}

impl Faults {
    /// Adds the fault of the value at `path`.
    pub fn add(&mut self, path: Path<'_>, code: &'static str, detail: impl Into<String>) {
        self.count += 1;
        if self.has_room() {
            let at = if path.is_query() {
                At::Parameter(shortened(&path.last()))
            } else {
                At::Pointer(shortened(&path.pointer()))
            };
            self.listed.push(FieldError { at, code, detail: detail.into(), members: Vec::new() });
        }
    }

    /// Makes the request as such malformed (400): for faults of headers and parameters.
    pub const fn mark_malformed(&mut self) {
        self.malformed = true;
    }

    /// Adds a fault that makes the request itself malformed (400) instead of its content unacceptable (422).
    pub fn malformed(&mut self, path: Path<'_>, code: &'static str, detail: impl Into<String>) {
        self.malformed = true;
        self.add(path, code, detail);
    }

    /// Adds a ready-made fault.
    pub fn push(&mut self, fault: FieldError) {
        self.count += 1;
        if self.has_room() {
            self.listed.push(fault);
        }
    }

    /// Adds everything in `other`.
    pub fn append(&mut self, other: Self) {
        self.count += other.count;
        self.malformed |= other.malformed;
        let room = LISTED.saturating_sub(self.listed.len());
        self.listed.extend(other.listed.into_iter().take(room));
    }

    /// Whether another fault would still be listed; an explanation that is costly to find is not worth it otherwise.
    pub(crate) const fn has_room(&self) -> bool {
        self.listed.len() < LISTED
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many faults there are, listed or not.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether the request as such is malformed: a header, a parameter or the JSON text itself.
    #[must_use]
    pub const fn is_malformed(&self) -> bool {
        self.malformed
    }

    /// The faults that are listed, in the order in which they were found.
    #[must_use]
    pub fn into_listed(self) -> Vec<FieldError> {
        self.listed
    }
}

/// `text`, cut to a length that can be echoed.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(ECHOED_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
