//! A body as it came.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;

use super::input::json_bytes;
use crate::problem::Problem;
use crate::routes::{Documented, Inputs};

/// The bytes of a JSON body, untouched: for callers of other systems who sign what they send.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl<S: Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self(json_bytes(request).await?.1))
    }
}

impl Documented for RawBody {
    fn document(inputs: &mut Inputs) {
        inputs.body::<serde_json::Value>();
    }
}
