//! A telephone number in a request.

use std::borrow::Cow;

use http_kit::{Faults, FromJson, Node};
use notification_domain::Phone;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A telephone number with country code; blanks, hyphens and parentheses do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber(pub Phone);

impl FromJson for PhoneNumber {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        match node.text(faults)?.parse() {
            Ok(phone) => Some(Self(phone)),
            Err(error) => {
                let error: notification_domain::phone::PhoneError = error;
                node.fault("phone", error.to_string(), faults);
                None
            }
        }
    }
}

impl JsonSchema for PhoneNumber {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PhoneNumber".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["+919876543210"] })
    }
}
