//! Requests that write: everything they must carry, checked together, so that the caller learns of all faults at once.

use axum::extract::{FromRequest, Request};
use schemars::JsonSchema;
use uuid::Uuid;

use super::caller::Caller;
use super::conditional::{HeaderFault, precondition_required};
use super::input::{json_bytes, read_body, read_body_and_fingerprint};
use super::query::{NoQuery, decode, read_query};
use crate::body::FromJson;
use crate::conditional::IfMatch;
use crate::faults::Faults;
use crate::idempotency::{IdempotencyKey, derived_id};
use crate::problem::Problem;
use crate::routes::{Documented, HeaderParam, Inputs};

/// A request that creates something: caller, body, query and `Idempotency-Key`.
#[derive(Debug, Clone)]
pub struct Creating<T, Q = NoQuery> {
    /// Who asks.
    pub caller: Caller,
    /// What for.
    pub body: T,
    /// The query string, e.g. [`ValidateOnly`](crate::ValidateOnly).
    pub query: Q,
    /// Under which key.
    pub key: IdempotencyKey,
    /// Digest of the body: tells a retry from another request under the same key.
    pub fingerprint: String,
    route: String,
}

impl<T, Q> Creating<T, Q> {
    /// The identifier of what this request creates: the same for every retry.
    #[must_use]
    pub fn derived_id(&self) -> Uuid {
        derived_id(&self.caller.principal, &self.route, &self.key)
    }
}

impl<S: Sync, T: FromJson, Q: FromJson> FromRequest<S> for Creating<T, Q> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, bytes) = json_bytes(request).await?;
        let caller = Caller::of(&parts)?;
        let mut faults = Faults::default();
        let key = match IdempotencyKey::of(&parts.headers) {
            Ok(key) => Some(key),
            Err(fault) => {
                faults.push(fault.into_fault());
                faults.mark_malformed();
                None
            }
        };
        let query = decode(&parts.uri, &mut faults);
        let query = read_query(&query, &mut faults);
        let body = read_body_and_fingerprint(&bytes, &mut faults);
        match (key, query, body) {
            (Some(key), Some(query), Some((body, fingerprint))) if faults.is_empty() => {
                let route = format!("{} {}", parts.method, parts.uri.path());
                Ok(Self { caller, body, query, key, fingerprint, route })
            }
            _ => Err(faults.into()),
        }
    }
}

impl<T: JsonSchema, Q: JsonSchema> Documented for Creating<T, Q> {
    fn document(inputs: &mut Inputs) {
        inputs.body::<T>();
        inputs.query::<Q>();
        inputs.header(HeaderParam::IdempotencyKey, true);
    }
}

/// A request that changes something: caller, body, query and `If-Match`.
#[derive(Debug, Clone)]
pub struct Changing<T, Q = NoQuery> {
    /// Who asks.
    pub caller: Caller,
    /// What to change.
    pub body: T,
    /// The query string.
    pub query: Q,
    /// The version it was changed from.
    pub if_match: IfMatch,
}

impl<S: Sync, T: FromJson, Q: FromJson> FromRequest<S> for Changing<T, Q> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, bytes) = json_bytes(request).await?;
        let caller = Caller::of(&parts)?;
        let mut faults = Faults::default();
        let mut unconditional = false;
        let if_match = match IfMatch::of(&parts.headers) {
            Ok(if_match) => Some(if_match),
            Err(fault) => {
                unconditional = matches!(fault, HeaderFault::Missing(_));
                faults.push(fault.into_fault());
                faults.mark_malformed();
                None
            }
        };
        let query = decode(&parts.uri, &mut faults);
        let query = read_query(&query, &mut faults);
        let body = read_body(&bytes, &mut faults);
        match (if_match, query, body) {
            (Some(if_match), Some(query), Some(body)) if faults.is_empty() => {
                Ok(Self { caller, body, query, if_match })
            }
            _ if unconditional => Err(precondition_required(faults)),
            _ => Err(faults.into()),
        }
    }
}

impl<T: JsonSchema, Q: JsonSchema> Documented for Changing<T, Q> {
    fn document(inputs: &mut Inputs) {
        inputs.body::<T>();
        inputs.query::<Q>();
        inputs.header(HeaderParam::IfMatch, true);
    }
}
