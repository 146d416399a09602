//! The identifier in the path.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use schemars::JsonSchema;

use crate::problem::Problem;
use crate::routes::{Documented, Inputs};

/// The (first) identifier in the path. A malformed one is answered as an unknown one, 404: to the caller there is no
/// such resource either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found("resource"))?;
        let id = params.iter().next().and_then(|(_, text)| text.parse().ok());
        id.map(Self).ok_or_else(|| Problem::not_found("resource"))
    }
}

impl<T: JsonSchema> Documented for PathId<T> {
    fn document(inputs: &mut Inputs) {
        inputs.path::<T>();
    }
}
