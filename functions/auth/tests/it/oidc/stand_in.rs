//! A provider in this process, which does as it is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use auth::oidc::{Provider, providers};
use auth::ports::{ProviderAnswer, ProviderCalls, ProviderSource, TokenSigner as _};
use auth::tokens::RawSignature;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use event_store::BoxError;
use kernel::Clock as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use testkit::ManualClock;

use crate::world::TestSigner;

pub const ISSUER: &str = "https://id.example.com";
const CLIENT: &str = "polymer";
const SECRET: &str = "hush & hush";

/// Makes header and claims of a token other than they should be.
pub type Change = fn(&mut Value, &mut Value);
/// Makes the text of a token out of its header and claims.
pub type Sign = Box<dyn Fn(&StandIn, &Value, &Value) -> String + Send>;

struct Code {
    nonce: String,
    challenge: String,
    subject: String,
    change: Change,
}

/// The provider, and its settings as an operator entered them.
pub struct StandIn {
    clock: Arc<ManualClock>,
    pub key: TestSigner,
    entry: Mutex<Value>,
    document: Mutex<Value>,
    keys: Mutex<Value>,
    codes: Mutex<BTreeMap<String, Code>>,
    sign: Mutex<Option<Sign>>,
    /// What is answered instead, by the end of the address.
    instead: Mutex<BTreeMap<&'static str, Option<ProviderAnswer>>>,
    /// Every address that was called.
    pub called: Mutex<Vec<String>>,
    /// Whether the proof of who we are came in the form.
    pub secret_in_form: Mutex<bool>,
}

impl StandIn {
    pub fn new(clock: Arc<ManualClock>) -> Self {
        let entry = json!({
            "name": "example", "issuer": ISSUER, "clientId": CLIENT, "clientSecret": SECRET,
            "redirectUri": "https://api.test/v1/auth/oidc/example/callback",
        });
        let document = json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
        });
        let key = TestSigner::new();
        let keys = json!({ "keys": [jwk(&key, "one")] });
        Self {
            clock,
            key,
            entry: Mutex::new(entry),
            document: Mutex::new(document),
            keys: Mutex::new(keys),
            codes: Mutex::default(),
            sign: Mutex::default(),
            instead: Mutex::default(),
            called: Mutex::default(),
            secret_in_form: Mutex::default(),
        }
    }

    /// Changes what the operator entered.
    pub fn entered(&self, change: impl FnOnce(&mut Value)) {
        change(&mut self.entry.lock().unwrap());
    }

    /// Changes the discovery document.
    pub fn documented(&self, change: impl FnOnce(&mut Value)) {
        change(&mut self.document.lock().unwrap());
    }

    /// Publishes these keys.
    pub fn publish(&self, keys: Value) {
        *self.keys.lock().unwrap() = keys;
    }

    /// Signs tokens in another way.
    pub fn sign_with(&self, sign: impl Fn(&Self, &Value, &Value) -> String + Send + 'static) {
        *self.sign.lock().unwrap() = Some(Box::new(sign));
    }

    /// Answers calls to addresses that end so with this status, or not at all.
    pub fn instead(&self, end: &'static str, status: Option<u16>, body: &str) {
        let answer = status.map(|status| ProviderAnswer { status, body: body.as_bytes().to_vec() });
        self.instead.lock().unwrap().insert(end, answer);
    }

    /// The page where people log in; gives the code and the state that the browser takes back.
    pub fn log_in(&self, location: &str, subject: &str, change: Change) -> (String, String) {
        let (page, query) = location.split_once('?').unwrap();
        assert_eq!(page, format!("{ISSUER}/authorize"));
        let asked = parameters(query);
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["redirect_uri"], "https://api.test/v1/auth/oidc/example/callback");
        assert_eq!((&*asked["response_type"], &*asked["code_challenge_method"]), ("code", "S256"));
        assert_eq!(asked["scope"], "openid email");
        let mut codes = self.codes.lock().unwrap();
        let code = format!("code-{}", codes.len());
        let (nonce, challenge) = (asked["nonce"].clone(), asked["code_challenge"].clone());
        codes.insert(code.clone(), Code { nonce, challenge, subject: subject.to_owned(), change });
        (code, asked["state"].clone())
    }

    /// A token's text, signed with ES256 by this key.
    pub fn es256(key: &TestSigner, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", part(header), part(claims));
        let signature = RawSignature::from_der(&key.sign_der(message.as_bytes())).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_bytes()))
    }

    fn token(&self, code: &Code) -> String {
        let now_s = self.clock.now().unix_ms() / 1_000;
        let mut header = json!({ "alg": "ES256", "kid": "one", "typ": "JWT" });
        let mut claims = json!({
            "iss": ISSUER, "sub": code.subject, "aud": CLIENT, "exp": now_s + 300, "iat": now_s, "nonce": code.nonce,
            "email": "asha@example.com", "email_verified": true,
        });
        (code.change)(&mut header, &mut claims);
        match &*self.sign.lock().unwrap() {
            Some(sign) => sign(self, &header, &claims),
            None => Self::es256(&self.key, &header, &claims),
        }
    }

    fn answer(
        &self,
        url: &str,
        otherwise: impl FnOnce() -> (u16, Value),
    ) -> Result<ProviderAnswer, BoxError> {
        self.called.lock().unwrap().push(url.to_owned());
        let instead = self.instead.lock().unwrap();
        if let Some((_, answer)) = instead.iter().find(|(end, _)| url.ends_with(*end)) {
            return answer.clone().ok_or_else(|| "nobody answers".into());
        }
        let (status, body) = otherwise();
        Ok(ProviderAnswer { status, body: body.to_string().into_bytes() })
    }

    /// The token endpoint (RFC 6749, RFC 7636): a code is traded once, by whom it was made for.
    fn trade(&self, authorization: Option<&str>, form: &str) -> (u16, Value) {
        let form = parameters(form);
        let basic = format!("Basic {}", STANDARD.encode("polymer:hush+%26+hush"));
        let in_form = form.get("client_secret").is_some_and(|secret| secret == SECRET);
        *self.secret_in_form.lock().unwrap() = in_form;
        if authorization != Some(&basic) && !in_form {
            return (401, json!({ "error": "invalid_client" }));
        }
        assert_eq!(form["grant_type"], "authorization_code");
        let code = self.codes.lock().unwrap().remove(&form["code"]);
        let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
        match code.filter(|code| code.challenge == proof) {
            Some(code) => (
                200,
                json!({ "access_token": "theirs", "token_type": "Bearer", "id_token": self.token(&code) }),
            ),
            None => (400, json!({ "error": "invalid_grant" })),
        }
    }

    /// Has a code be made for another verifier than that of the login.
    pub fn swap_challenge(&self, code: &str) {
        self.codes.lock().unwrap().get_mut(code).unwrap().challenge = "somebody-elses".to_owned();
    }
}

#[async_trait]
impl ProviderSource for StandIn {
    async fn providers(&self) -> Result<Vec<Provider>, BoxError> {
        let entry = self.entry.lock().unwrap().clone();
        Ok(if entry.is_null() { Vec::new() } else { providers(&json!([entry]).to_string())? })
    }
}

#[async_trait]
impl ProviderCalls for StandIn {
    async fn get(&self, url: &str) -> Result<ProviderAnswer, BoxError> {
        self.answer(url, || match url.strip_prefix(ISSUER) {
            Some("/.well-known/openid-configuration") => (200, self.document.lock().unwrap().clone()),
            Some("/jwks") => (200, self.keys.lock().unwrap().clone()),
            _ => (404, Value::Null),
        })
    }

    async fn post_form(
        &self,
        url: &str,
        authorization: Option<String>,
        form: String,
    ) -> Result<ProviderAnswer, BoxError> {
        self.answer(url, || self.trade(authorization.as_deref(), &form))
    }
}

pub fn jwk(key: &TestSigner, kid: &str) -> Value {
    let public = key.public_key();
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": public.x(), "y": public.y(), "use": "sig", "alg": "ES256" })
}

pub fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A query or a form.
pub fn parameters(text: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}
