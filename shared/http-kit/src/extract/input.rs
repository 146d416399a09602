//! The body.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use schemars::JsonSchema;

use crate::body::{FromJson, Node};
use crate::edge::{MAX_BODY_BYTES, too_large};
use crate::faults::Faults;
use crate::idempotency::fingerprint;
use crate::json::{self, Json, Path};
use crate::problem::{Problem, ProblemKind};
use crate::routes::{Documented, Inputs};

/// A body read as `T`: for requests that need neither a key nor a version (signing in, a dry run).
#[derive(Debug, Clone)]
pub struct Input<T>(pub T);

/// The bytes of a JSON body.
///
/// # Errors
/// 415 for another media type, 413 beyond [`MAX_BODY_BYTES`], 400 when the body breaks off.
pub(super) async fn json_bytes(request: Request) -> Result<(http::request::Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    check_media_type(&parts.headers)?;
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(collected) => Ok((parts, collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) => {
            Err(Problem::new(ProblemKind::InvalidRequest, "The body could not be read to its end.")
                .caused_by(error.to_string()))
        }
    }
}

/// `application/json`, or `application/merge-patch+json` which means the same for a PATCH here; parameters such as the
/// charset are ignored, because JSON is UTF-8.
fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    let known = ["application/json", "application/merge-patch+json"];
    if known.iter().any(|media_type| essence.eq_ignore_ascii_case(media_type)) {
        Ok(())
    } else {
        Err(Problem::new(ProblemKind::UnsupportedMediaType, "Send Content-Type: application/json."))
    }
}

/// Reads `bytes`; every fault goes to `faults`, and the value is `None` exactly when there was one.
pub(super) fn read_body<T: FromJson>(bytes: &[u8], faults: &mut Faults) -> Option<T> {
    read(bytes, faults).map(|(value, _)| value)
}

/// As [`read_body`], with the fingerprint of the body.
pub(super) fn read_body_and_fingerprint<T: FromJson>(
    bytes: &[u8],
    faults: &mut Faults,
) -> Option<(T, String)> {
    read(bytes, faults).map(|(value, root)| (value, fingerprint(&root)))
}

fn read<'a, T: FromJson>(bytes: &'a [u8], faults: &mut Faults) -> Option<(T, Json<'a>)> {
    match json::parse(bytes) {
        Ok(parsed) => {
            let intact = parsed.faults.is_empty();
            faults.append(parsed.faults);
            let value = T::from_json(&Node::body(&parsed.root), faults)?;
            intact.then_some((value, parsed.root))
        }
        Err(error) => {
            faults.malformed(Path::Body, "syntax", error.to_string());
            None
        }
    }
}

impl<S: Sync, T: FromJson> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (_, bytes) = json_bytes(request).await?;
        let mut faults = Faults::default();
        read_body(&bytes, &mut faults).map(Self).ok_or_else(|| faults.into())
    }
}

impl<T: JsonSchema> Documented for Input<T> {
    fn document(inputs: &mut Inputs) {
        inputs.body::<T>();
    }
}
