//! The key that tokens are signed with, for whoever wants to check them.

use axum::extract::State;
use http::header::CACHE_CONTROL;
use http_kit::{Access, Endpoint, IfNoneMatch, Problem, Reply, Route};
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;
use crate::tokens::PublicKey;

/// How long the key set may be kept: whoever checks tokens learns of a new key within five minutes.
const KEEP: &str = "public, max-age=300";

/// The keys (RFC 7517, 5).
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Jwks {
    /// The one key that signs.
    keys: Vec<Jwk>,
}

/// A public key on P-256 (RFC 7517, 4; RFC 7518, 6.2).
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Jwk {
    /// `EC`.
    kty: &'static str,
    /// `P-256`.
    crv: &'static str,
    /// The x coordinate, base64url.
    x: String,
    /// The y coordinate, base64url.
    y: String,
    /// The key's name in token headers: its thumbprint (RFC 7638).
    kid: String,
    /// `sig`.
    #[serde(rename = "use")]
    purpose: &'static str,
    /// `ES256`.
    alg: &'static str,
}

impl Jwks {
    fn of(key: &PublicKey) -> Self {
        let (kty, crv, purpose, alg) = ("EC", "P-256", "sig", "ES256");
        Self { keys: vec![Jwk { kty, crv, x: key.x(), y: key.y(), kid: key.id().to_owned(), purpose, alg }] }
    }
}

pub(super) fn route() -> Endpoint<Api> {
    Route::get("/.well-known/jwks.json")
        .access(Access::Public)
        .operation_id("getKeySet")
        .summary("The keys that access tokens are signed with")
        .description("A JSON Web Key Set (RFC 7517). Look for the key that a token's header names (`kid`).")
        .answers::<Jwks>(200, "The key set.")
        .handler(get)
}

async fn get(State(api): State<Api>, known: IfNoneMatch) -> Result<Reply, Problem> {
    Ok(Reply::ok(&Jwks::of(&api.key))?.header(CACHE_CONTROL, KEEP).etag_of_content().unless_known(&known))
}
