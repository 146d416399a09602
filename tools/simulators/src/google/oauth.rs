//! `POST /google/token`: an access token for a JSON Web Token that a service account signed
//! (<https://developers.google.com/identity/protocols/oauth2/service-account#httprest>).

use std::collections::BTreeMap;

use axum::extract::State as Extracted;
use axum::response::{IntoResponse as _, Response};
use axum::{Form, Json};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::World;
use crate::clock::now_s;

/// How an assertion is handed in (RFC 7523, section 2.1).
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The scope that lets somebody read and write spreadsheets.
const SCOPE: &str = "https://www.googleapis.com/auth/spreadsheets";
/// How long an assertion and a token may live, in seconds.
const LONGEST_LIFE_S: u64 = 3_600;
/// By how much two clocks may differ, in seconds.
const SKEW_S: u64 = 300;

const ACCOUNT: &str = include_str!("service-account.json");

/// The key file of the simulated service account, for simulators at this base URL.
///
/// # Panics
/// Never, unless the file in this folder was broken.
#[must_use]
pub fn service_account(url: &str) -> Value {
    let mut account: Value = serde_json::from_str(ACCOUNT).unwrap_or_default();
    account["token_uri"] = json!(format!("{url}/google/token"));
    account
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    scope: String,
    aud: String,
    iat: u64,
    exp: u64,
}

/// What is wrong with an assertion: the error and its description.
type Refusal = (&'static str, String);

pub(super) async fn token(
    Extracted(world): Extracted<World>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match grant(&format!("http://{host}/google/token"), &form) {
        Ok(()) => {
            let mut state = world.lock();
            state.calls.tokens += 1;
            let token = format!("ya29.sim-{}", state.calls.tokens);
            state.tokens.insert(token.clone());
            let body =
                json!({ "access_token": token, "expires_in": LONGEST_LIFE_S - 1, "token_type": "Bearer" });
            Json(body).into_response()
        }
        Err((error, description)) => {
            world.lock().calls.refused += 1;
            let body = json!({ "error": error, "error_description": description });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

fn grant(audience: &str, form: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if field("grant_type") != GRANT {
        return Err(("unsupported_grant_type", format!("Invalid grant_type: {}", field("grant_type"))));
    }
    let invalid = |description: &str| ("invalid_grant", description.to_owned());
    let parts: Vec<&str> = field("assertion").split('.').collect();
    let [head, payload, signature] = parts.as_slice() else {
        return Err(invalid("Invalid JWT: Failed to decode JWT."));
    };
    let header: Header = decoded(head).ok_or_else(|| invalid("Invalid JWT: Failed to decode JWT."))?;
    let claims: Claims = decoded(payload).ok_or_else(|| invalid("Invalid JWT: Failed to decode JWT."))?;
    if claims.iss != service_account("")["client_email"] {
        return Err(invalid("Invalid grant: account not found"));
    }
    let signed = format!("{head}.{payload}");
    if header.alg != "RS256" || !is_signed(signed.as_bytes(), signature) {
        return Err(invalid("Invalid JWT Signature."));
    }
    if claims.aud != audience {
        return Err(invalid(&format!(
            "Invalid JWT: Failed audience check. The right audience is {audience}"
        )));
    }
    if !claims.scope.split(' ').any(|scope| scope == SCOPE) {
        return Err(("invalid_scope", "Invalid OAuth scope or ID token audience provided.".to_owned()));
    }
    let now = now_s();
    let timely =
        claims.iat <= now + SKEW_S && now < claims.exp + SKEW_S && claims.exp <= claims.iat + LONGEST_LIFE_S;
    if !timely {
        return Err(invalid(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and \
             exp values in the JWT claim.",
        ));
    }
    Ok(())
}

fn decoded<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn is_signed(signed: &[u8], signature: &str) -> bool {
    let Some(key) = key_pair() else { return false };
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref().to_vec());
    URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| public.verify(signed, &signature).is_ok())
}

fn key_pair() -> Option<RsaKeyPair> {
    let account = service_account("");
    let pem = account["private_key"].as_str()?;
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(body).ok()?).ok()
}
