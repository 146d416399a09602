//! A client of the API as a firm's front end would be one: plain HTTP, tokens from the login, idempotency keys.
//!
//! The tests in `tests/it` need a running local cloud: `POLYMER_ENDPOINTS` names the file that `cargo xtask up` wrote.
//! `cargo xtask test` brings one up for them.

mod tool;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

pub use tool::{Tool, done};

/// Where the local cloud listens and who may log in, as `cargo xtask up` writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// Base URL of the API.
    pub api: String,
    /// Base URL of the emulator's AWS API.
    pub emulator: String,
    /// Base URL of the simulated providers.
    pub simulators: String,
    /// Base URL of the provider of outside logins.
    pub login_provider: String,
    /// One demo user per role.
    pub logins: BTreeMap<String, Login>,
}

/// A demo user.
#[derive(Debug, Clone, Deserialize)]
pub struct Login {
    /// Their e-mail address.
    pub email: String,
    /// Their password.
    pub password: String,
}

impl Endpoints {
    /// Reads the file that `POLYMER_ENDPOINTS` names.
    ///
    /// # Errors
    /// When there is no such file; the message says how to get one.
    pub fn from_env() -> Result<Self> {
        let variables: BTreeMap<String, String> = std::env::vars().collect();
        let path = variables.get("POLYMER_ENDPOINTS").context(
            "POLYMER_ENDPOINTS is not set: run `cargo xtask up`, then POLYMER_ENDPOINTS=.local/endpoints.json; \
             or let `cargo xtask test` do both",
        )?;
        // Tests run in their crate's folder; a relative path means the workspace's.
        let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let absolute = std::path::Path::new(workspace).join(path);
        let text = std::fs::read_to_string(&absolute)
            .with_context(|| format!("{} cannot be read; run `cargo xtask up`", absolute.display()))?;
        Ok(serde_json::from_str(&text)?)
    }
}

/// What the API answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as JSON; `null` when there is none.
    pub body: Value,
}

impl Answer {
    /// The body, when the status is this one.
    ///
    /// # Errors
    /// Any other status, with the body that came with it.
    pub fn expect(self, status: u16) -> Result<Value> {
        if self.status.as_u16() == status {
            Ok(self.body)
        } else {
            bail!("expected {status}, got {}: {}", self.status, self.body)
        }
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The codes and places of a problem's errors, e.g. `/quantityKg not-positive`.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let errors = self.body.get("errors").and_then(Value::as_array).cloned().unwrap_or_default();
        let place = |error: &Value| {
            ["pointer", "parameter", "header"]
                .iter()
                .find_map(|at| error.get(at)?.as_str().map(str::to_owned))
        };
        errors.iter().filter_map(place).collect()
    }
}

/// The API, as one user.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: Option<String>,
}

impl Api {
    /// Without a token.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn anonymous(endpoints: &Endpoints) -> Result<Self> {
        let client = Client::builder().timeout(Duration::from_secs(40)).no_proxy().build()?;
        Ok(Self { client, base: endpoints.api.clone(), token: None })
    }

    /// Logged in as the demo user of a role.
    ///
    /// # Errors
    /// When the login is refused.
    pub async fn login(endpoints: &Endpoints, role: &str) -> Result<Self> {
        let mut api = Self::anonymous(endpoints)?;
        let login = endpoints.logins.get(role).with_context(|| format!("no demo user for {role}"))?;
        let credentials = json!({ "email": login.email, "password": login.password });
        let body =
            api.send(api.request(Method::POST, "/v1/auth/login").json(&credentials)).await?.expect(200)?;
        let token = body.get("accessToken").and_then(Value::as_str).context("no token")?;
        api.token = Some(token.to_owned());
        Ok(api)
    }

    /// The same API with another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The token it sends.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request that still can be given headers and a body.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When there is no answer, or its body is not JSON.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        let response = request.send().await?;
        let status = response.status();
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let bytes = response.bytes().await?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .with_context(|| format!("{status} with no JSON: {}", String::from_utf8_lossy(&bytes)))?
        };
        Ok(Answer { status, headers, body })
    }

    /// `GET`.
    ///
    /// # Errors
    /// See [`Api::send`].
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` with an idempotency key.
    ///
    /// # Errors
    /// See [`Api::send`].
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer> {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// Registers a deal and waits until it is decided; gives the deal as it then stands.
    ///
    /// # Errors
    /// When it is refused, or not decided within three minutes.
    pub async fn deal(&self, key: &str, body: &Value) -> Result<Value> {
        self.outcome(self.register(key, body).await?).await
    }

    /// Registers a deal, willing to wait.
    ///
    /// # Errors
    /// See [`Api::send`].
    pub async fn register(&self, key: &str, body: &Value) -> Result<Answer> {
        let request = self.request(Method::POST, "/v1/deals").header("Idempotency-Key", key);
        self.send(request.header("Prefer", "wait=20").json(body)).await
    }

    /// What becomes of the deal that a registration answered.
    ///
    /// # Errors
    /// When it was refused, or is not decided within three minutes.
    pub async fn outcome(&self, answer: Answer) -> Result<Value> {
        if answer.status == StatusCode::CREATED {
            return Ok(answer.body);
        }
        let registered = answer.expect(202)?;
        let id = registered.get("id").and_then(Value::as_str).context("a deal has an id")?;
        self.decided(id).await
    }

    /// A deal, once it is decided.
    ///
    /// # Errors
    /// When that takes more than three minutes: by then the sweeper has given it up.
    pub async fn decided(&self, id: &str) -> Result<Value> {
        for _ in 0..360 {
            let deal = self.get(&format!("/v1/deals/{id}")).await?.expect(200)?;
            if deal.get("status").and_then(Value::as_str) != Some("pending") {
                return Ok(deal);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("{id} is still pending")
    }
}
