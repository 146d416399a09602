//! Access tokens of a service account: a JSON Web Token signed with its key, exchanged for a token of an hour
//! (<https://developers.google.com/identity/protocols/oauth2/service-account#httprest>).

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cloud::{OutsideHttp, OutsideRequest};
use event_store::BoxError;
use kernel::{Clock, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ports::{KeySource, SheetFault};

const SCOPE: &str = "https://www.googleapis.com/auth/spreadsheets";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long an assertion is good for, in milliseconds: no more than the exchange may take, clocks apart included.
const ASSERTION_LIFE_MS: i64 = 600_000;
/// A token is renewed so long before it ends, in milliseconds.
const EARLY_MS: i64 = 60_000;

/// The part of a key file that is needed.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
    token_uri: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

/// Tokens, one at a time.
pub(super) struct Tokens {
    outside: Arc<OutsideHttp>,
    keys: Arc<dyn KeySource>,
    clock: Arc<dyn Clock>,
    current: Mutex<Option<(String, Timestamp)>>,
}

impl Tokens {
    pub(super) fn new(outside: Arc<OutsideHttp>, keys: Arc<dyn KeySource>, clock: Arc<dyn Clock>) -> Self {
        Self { outside, keys, clock, current: Mutex::new(None) }
    }

    /// A token that is good for another minute at least. Two calls when there is none: the key, the exchange.
    pub(super) async fn current(&self) -> Result<String, SheetFault> {
        let now = self.clock.now();
        let known = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((token, until)) = known
            && now < until
        {
            return Ok(token);
        }
        let granted = self.exchange(now).await?;
        let until = now.plus_ms(granted.expires_in.saturating_mul(1_000).saturating_sub(EARLY_MS));
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((granted.access_token.clone(), until));
        Ok(granted.access_token)
    }

    /// Forgets a token that was refused.
    pub(super) fn forget(&self) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn exchange(&self, now: Timestamp) -> Result<Granted, SheetFault> {
        let text = self.keys.key().await.map_err(SheetFault::Unavailable)?;
        // Neither the text nor what is wrong with it where: it is a secret.
        let key: KeyFile = serde_json::from_str(&text).map_err(|_| {
            SheetFault::Denied("the secret holds no key file of a service account".to_owned())
        })?;
        let assertion = assertion(&key, now).map_err(|error| SheetFault::Denied(error.to_string()))?;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", GRANT)
            .append_pair("assertion", &assertion)
            .finish();
        let request = OutsideRequest {
            method: "POST",
            url: key.token_uri,
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: body.into_bytes(),
            timeout: super::CALL_TIMEOUT,
        };
        let answer =
            self.outside.send(request).await.map_err(|error| SheetFault::Unavailable(error.into()))?;
        match answer.status {
            200 => serde_json::from_slice(&answer.body)
                .map_err(|_| SheetFault::Unavailable("the token endpoint answered something else".into())),
            429 => Err(SheetFault::Limited {
                retry_after_ms: answer.retry_after_s.map(|seconds| u64::from(seconds).saturating_mul(1_000)),
            }),
            400..=499 => {
                let said: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                let word = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
                Err(SheetFault::Denied(format!(
                    "no token: {} ({})",
                    word("error"),
                    word("error_description")
                )))
            }
            status => Err(SheetFault::Unavailable(format!("the token endpoint answered {status}").into())),
        }
    }
}

/// The signed assertion (RFC 7519, RFC 7515 with RS256).
fn assertion(key: &KeyFile, now: Timestamp) -> Result<String, BoxError> {
    let second = |instant: Timestamp| instant.unix_ms().div_euclid(1_000);
    let claims = json!({
        "iss": key.client_email, "scope": SCOPE, "aud": key.token_uri,
        "iat": second(now), "exp": second(now.plus_ms(ASSERTION_LIFE_MS)),
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(&claims));
    let pair = key_pair(&key.private_key)?;
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| "the key of the service account cannot sign")?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// From PKCS #8 in PEM, as key files have it.
fn key_pair(pem: &str) -> Result<RsaKeyPair, BoxError> {
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).map_err(|_| "the key of the service account is no PEM")?;
    RsaKeyPair::from_pkcs8(&der).map_err(|_| BoxError::from("the key of the service account is no RSA key"))
}
