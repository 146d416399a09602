//! Who asks.

use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::{CorrelationId, Provenance, Timestamp, Traceparent};

use crate::edge::{RequestInfo, context};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::routes::{Documented, Inputs};

/// A signed-in caller and the context of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub principal: Principal,
    /// What the request belongs to.
    pub correlation: CorrelationId,
    /// The span of this request.
    pub traceparent: Traceparent,
    /// When the request arrived.
    pub now: Timestamp,
}

impl Caller {
    /// What the commits of this request record about where they came from.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        Provenance {
            tenant: self.principal.tenant.clone(),
            actor: self.principal.user_id.clone(),
            correlation: self.correlation.clone(),
            causation: None,
            traceparent: Some(self.traceparent.clone()),
        }
    }

    pub(crate) fn of(parts: &Parts) -> Result<Self, Problem> {
        let context = context(parts)?;
        let RequestInfo { correlation, traceparent, now } = context.info.clone();
        Ok(Self { principal: context.identity.principal()?.clone(), correlation, traceparent, now })
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(parts)
    }
}

impl Documented for Caller {
    fn document(_: &mut Inputs) {}
}

impl<S: Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(context(parts)?.info.clone())
    }
}

impl Documented for RequestInfo {
    fn document(_: &mut Inputs) {}
}
