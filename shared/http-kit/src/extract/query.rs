//! The query string.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use http::Uri;
use http::request::Parts;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::body::{FromJson, Node, Reader};
use crate::cursor::CursorScope;
use crate::edge::context;
use crate::faults::Faults;
use crate::json::{Json, Path, to_canonical};
use crate::problem::Problem;
use crate::request_body;
use crate::routes::{Documented, Inputs};

/// The query string read as `T` (declared with [`request_body!`]): unknown and repeated parameters are refused, every
/// fault is listed, all with 400.
#[derive(Debug, Clone)]
pub struct QueryParams<T> {
    /// The parameters.
    pub params: T,
    /// What a cursor of this list is bound to: path, firm, and all parameters but `cursor` and `limit`.
    pub scope: CursorScope,
}

/// Decodes the query string into an object of strings; a repeated parameter is a fault.
pub(super) fn decode<'a>(uri: &'a Uri, faults: &mut Faults) -> Json<'a> {
    let mut members: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        if members.iter().any(|(known, _)| *known == name) {
            faults.malformed(Path::Key(&Path::Query, &name), "duplicate-parameter", "occurs more than once");
        } else {
            members.push((name, Json::String(value)));
        }
    }
    Json::Object(members)
}

/// Reads the parameters as `Q`; whatever is wrong with a query string makes the request malformed.
pub(super) fn read_query<Q: FromJson>(query: &Json<'_>, faults: &mut Faults) -> Option<Q> {
    let mut found = Faults::default();
    let params = Q::from_json(&Node::query(query), &mut found);
    if !found.is_empty() {
        found.mark_malformed();
    }
    faults.append(found);
    params
}

impl<S: Sync, T: FromJson> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let query = decode(&parts.uri, &mut faults);
        let params = read_query(&query, &mut faults);
        let scope = scope_of(parts, query)?;
        match params {
            Some(params) if faults.is_empty() => Ok(Self { params, scope }),
            _ => Err(faults.into()),
        }
    }
}

fn scope_of(parts: &Parts, query: Json<'_>) -> Result<CursorScope, Problem> {
    let tenant = context(parts)?.identity.known().map_or("", |principal| principal.tenant.as_str());
    let filters = match query {
        Json::Object(mut members) => {
            members.retain(|(name, _)| name != "cursor" && name != "limit");
            Json::Object(members)
        }
        other => other,
    };
    Ok(CursorScope::new(parts.uri.path(), tenant, &to_canonical(&filters)))
}

impl<T: JsonSchema> Documented for QueryParams<T> {
    fn document(inputs: &mut Inputs) {
        inputs.query::<T>();
    }
}

/// How many entries a page has: 1 to 200, 50 when nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    const DEFAULT: u16 = 50;
    const LARGEST: u16 = 200;

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromJson for Limit {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = node.text(faults)?;
        let limit = text.parse().ok().filter(|limit| (1..=Self::LARGEST).contains(limit));
        if limit.is_none() {
            node.fault("out-of-range", format!("must be a whole number from 1 to {}", Self::LARGEST), faults);
        }
        limit.map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self(Self::DEFAULT))
    }
}

impl JsonSchema for Limit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": Self::LARGEST, "default": Self::DEFAULT })
    }
}

request_body! {
    /// Whether to do it or only to say what would happen.
    pub struct ValidateOnly {
        /// `true`: answer what the real call would find, and write nothing.
        pub validate_only: bool = false,
    }
}

/// No parameters at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoQuery;

impl FromJson for NoQuery {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut reader: Reader<'_, '_> = node.object(faults)?;
        reader.finish()?;
        Some(Self)
    }
}

impl JsonSchema for NoQuery {
    fn schema_name() -> Cow<'static, str> {
        "NoQuery".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}
