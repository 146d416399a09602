use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::body::{FromJson, Node};
use crate::faults::Faults;

/// A text that is a `T`, with or without white space around it; what is wrong with one that is not, its parser says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T>(pub T);

impl<T: FromStr<Err: Display>> FromJson for Parsed<T> {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        match node.text(faults)?.trim().parse() {
            Ok(value) => Some(Self(value)),
            Err(error) => {
                node.fault("malformed", T::Err::to_string(&error), faults);
                None
            }
        }
    }
}

impl<T: JsonSchema> JsonSchema for Parsed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
