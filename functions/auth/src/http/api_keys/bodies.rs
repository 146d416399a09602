//! What requests about API keys carry, and what they answer.

use std::borrow::Cow;

use auth_domain::Permission;
use auth_domain::policy::PEOPLE_ONLY;
use http_kit::{CursorToken, Faults, FromJson, Items, Limit, Node, Text, request_body};
use kernel::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::api_keys::ApiKeyView;

/// Scopes that a request may name: all there are, and then some.
const MOST_SCOPES: usize = 64;

request_body! {
    /// An API key to be made.
    pub(super) struct CreateApiKey {
        /// What to call it: which program will have it.
        pub(super) name: Text<1, 100>,
        /// What it shall be able to do, of what you may do yourself. Repetitions do not matter.
        pub(super) scopes: Items<Scope, 1, MOST_SCOPES>,
        /// When it ends: in the future, within a year. In a year when nothing is said.
        pub(super) expires_at: Option<Timestamp>,
        /// How many requests a minute it may make of each context (deals, stock, parties, …), 1 to 6000; as many as you when nothing is
        /// said.
        pub(super) rate_per_minute: Option<u32>,
    }
}

request_body! {
    /// How an API key changes from one secret to the next.
    pub(super) struct RotateApiKey {
        /// For how long the secrets it had go on working, in hours: 0 to 168, 24 when nothing is said. Never longer than an earlier
        /// rotation has left them.
        pub(super) overlap_hours: u16 = 24,
    }
}

request_body! {
    /// Which API keys to list.
    pub(super) struct ApiKeyQuery {
        /// How many.
        pub(super) limit: Limit,
        /// Where to go on.
        pub(super) cursor: Option<CursorToken>,
    }
}

/// A permission that an API key can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope(pub(super) Permission);

impl FromJson for Scope {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        match node.text(faults)?.parse() {
            Ok(permission) => Some(Self(permission)),
            Err(error) => {
                let error: auth_domain::UnknownPermission = error;
                node.fault("unknown-value", error.to_string(), faults);
                None
            }
        }
    }
}

impl JsonSchema for Scope {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let scopes = Permission::ALL.into_iter().filter(|permission| !PEOPLE_ONLY.contains(permission));
        json_schema!({ "type": "string", "enum": scopes.map(Permission::as_str).collect::<Vec<_>>() })
    }
}

/// An API key with its new secret.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiKeyWithSecret {
    #[serde(flatten)]
    pub(super) key: ApiKeyView,
    /// What the program sends: `Authorization: Bearer <secret>`. Shown here only, and once: absent when this very request had been
    /// answered before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<String>,
}
