//! A change to one field.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::body::{FromJson, Node, Within};
use crate::faults::Faults;
use crate::json::Json;

/// What a PATCH says about a field (JSON Merge Patch, RFC 7396): nothing, clear it, or set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not mentioned: leave it.
    #[default]
    Keep,
    /// `null`: clear it.
    Clear,
    /// A value: set it.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is mentioned.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    /// The change with its value converted.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(convert(value)),
        }
    }

    /// The field after the change.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<Via, T: FromJson<Via>> FromJson<Within<Via>> for Patch<T> {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        match node.value {
            Json::Null => Some(Self::Clear),
            _ => T::from_json(node, faults).map(Self::Set),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::Keep)
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Patch_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}
