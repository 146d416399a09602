//! What a person writes in a message of their own.

use std::borrow::Cow;

use http_kit::{Faults, FromJson, Node, Note};
use notification_domain::template::{LONGEST_PARAMETER, fits_parameter};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A text that arrives as it was written, whether it leaves as a text or in the approved template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText(pub String);

impl FromJson for MessageText {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = Note::<LONGEST_PARAMETER>::from_json(node, faults)?.into_string();
        if fits_parameter(&text) {
            return Some(Self(text));
        }
        let detail =
            format!("must have at most {LONGEST_PARAMETER} characters, a line break counting as three");
        node.fault("too-long", detail, faults);
        None
    }
}

impl JsonSchema for MessageText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "MessageText".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Note::<LONGEST_PARAMETER>::json_schema(generator)
    }
}
