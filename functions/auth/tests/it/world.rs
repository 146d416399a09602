//! The whole function on in-memory tables.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::oidc::StandIn;
use assembly::Parts;
use async_trait::async_trait;
use auth::config::TokenSettings;
use auth::ports::{HashError, PasswordHasher, SignError, TokenSigner};
use auth::tokens::{PublicKey, RawSignature};
use auth::upkeep::VIEWS;
use auth::{Auth, Outside, Password};
use auth_domain::PasswordHash;
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Commit, CommitLog, Generations, Ops};
use http::StatusCode;
use http_kit::CursorKey;
use http_kit::testing::{TestRequest, TestResponse};
use lambda_entry::App;
use messaging::MemoryBus;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use testkit::{ManualClock, NoWait, SequentialIds};

pub const ISSUER: &str = "https://auth.test";
pub const TTL_S: i64 = 600;
pub const PASSWORD: &str = "correct horse battery";

/// The function and what it stands on.
pub struct World {
    pub app: App,
    pub auth: Auth,
    pub log: Arc<MemoryLog>,
    pub ops: Arc<MemoryOps>,
    pub bus: Arc<MemoryBus>,
    pub clock: Arc<ManualClock>,
    pub signer: Arc<TestSigner>,
    pub hasher: Arc<CountingHasher>,
    pub provider: Arc<StandIn>,
}

impl World {
    pub fn new() -> Self {
        Self::on(|log| log)
    }

    /// A world whose log is wrapped, e.g. to have calls fail.
    pub fn on(wrap: impl FnOnce(Arc<dyn CommitLog>) -> Arc<dyn CommitLog>) -> Self {
        Self::on_tables(wrap, |ops| ops)
    }

    /// A world whose log and mutable items are wrapped.
    pub fn on_tables(
        wrap: impl FnOnce(Arc<dyn CommitLog>) -> Arc<dyn CommitLog>,
        wrap_ops: impl FnOnce(Arc<dyn Ops>) -> Arc<dyn Ops>,
    ) -> Self {
        let (log, ops, bus) =
            (Arc::<MemoryLog>::default(), Arc::<MemoryOps>::default(), Arc::<MemoryBus>::default());
        let clock = Arc::new(ManualClock::default());
        let (signer, hasher) = (Arc::new(TestSigner::new()), Arc::new(CountingHasher::default()));
        let views = Arc::<MemoryViews>::default();
        let generations = Generations::new(VIEWS, views.clone(), views.clone(), ops.clone(), clock.clone());
        let parts = Parts {
            tenant: "main".parse().unwrap(),
            log: wrap(log.clone()),
            views,
            generations: Some(Arc::new(generations)),
            ops: wrap_ops(ops.clone()),
            bus: bus.clone(),
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::default()),
            timer: Arc::new(NoWait),
        };
        let tokens = TokenSettings { issuer: ISSUER.to_owned(), ttl_s: TTL_S.try_into().unwrap() };
        let cursors = CursorKey::try_new(&[7; 32]).unwrap();
        let provider = Arc::new(StandIn::new(clock.clone()));
        let outside = Outside { source: provider.clone(), calls: provider.clone() };
        let auth = Auth::try_new(parts, tokens, cursors, signer.clone(), hasher.clone(), outside).unwrap();
        Self { app: auth.app(), auth, log, ops, bus, clock, signer, hasher, provider }
    }

    /// A world with one user, Asha.
    pub async fn with_asha(roles: &[&str]) -> Self {
        let world = Self::new();
        world.create_asha(roles).await;
        world
    }

    pub async fn create_asha(&self, roles: &[&str]) -> Value {
        self.invoke(json!({
            "kind": "create-user",
            "email": "asha@example.com",
            "name": "Asha Rao",
            "password": PASSWORD,
            "roles": roles,
        }))
        .await
    }

    /// The answer to a direct invocation.
    pub async fn invoke(&self, event: Value) -> Value {
        self.app.handle(event.to_string()).await.unwrap()
    }

    /// The answer to a login with this body.
    pub async fn post_login(&self, body: impl Into<String>) -> TestResponse {
        self.send(TestRequest::post("/v1/auth/login").raw("application/json", body.into())).await
    }

    pub async fn log_in(&self, email: &str, password: &str) -> TestResponse {
        self.post_login(json!({ "email": email, "password": password }).to_string()).await
    }

    /// Asha's token.
    pub async fn token(&self) -> String {
        let answer = self.log_in("asha@example.com", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()["accessToken"].as_str().unwrap().to_owned()
    }

    pub async fn send(&self, request: TestRequest) -> TestResponse {
        request.send(&self.auth.router()).await
    }

    /// The authorizer's answer to this `Authorization` header.
    pub async fn authorize(&self, authorization: &str) -> Value {
        let event = json!({
            "version": "2.0",
            "type": "REQUEST",
            "routeArn": "arn:aws:execute-api:ap-south-1:123456789012:api/$default/GET/v1/deals",
            "identitySource": [authorization],
            "headers": { "authorization": authorization },
            "requestContext": { "http": { "method": "GET", "path": "/v1/deals" } },
        });
        let answer = self.app.handle(event.to_string()).await.unwrap();
        assert_eq!(answer["isAuthorized"], true);
        answer["context"].clone()
    }

    /// Relays every commit, as the log's stream does at least once.
    pub async fn relay_all(&self) {
        let images: Vec<Value> =
            self.commits().iter().map(|commit| event_store::commit_to_image(commit).unwrap()).collect();
        let answer = self.app.handle(stream_event(&images)).await.unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
    }

    /// Every commit, stream by stream.
    pub fn commits(&self) -> Vec<Commit> {
        self.log.streams().into_values().flatten().collect()
    }
}

/// An event of the log's stream with these items.
pub fn stream_event(images: &[Value]) -> String {
    let record = |(number, image): (usize, &Value)| {
        json!({
            "eventSource": "aws:dynamodb",
            "eventName": "INSERT",
            "dynamodb": {
                "SequenceNumber": number.to_string(),
                "Keys": { "pk": image["pk"], "sk": image["sk"] },
                "NewImage": image,
            },
        })
    };
    json!({ "Records": images.iter().enumerate().map(record).collect::<Vec<_>>() }).to_string()
}

/// Signs with a key made for this test, and gives its signatures the way KMS does, in DER.
pub struct TestSigner {
    broken: AtomicBool,
    pair: EcdsaKeyPair,
    random: SystemRandom,
    public: PublicKey,
}

impl TestSigner {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let public = PublicKey::from_point(pair.public_key().as_ref()).unwrap();
        Self { broken: AtomicBool::new(false), pair, random, public }
    }

    /// From now on no signature is given, or again one is.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    pub fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(&self.random, message).unwrap().as_ref().to_vec()
    }

    /// The uncompressed public point.
    pub fn point(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }
}

#[async_trait]
impl TokenSigner for TestSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    async fn sign(&self, message: &[u8]) -> Result<RawSignature, SignError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(SignError("the keeper of the key is away".into()));
        }
        RawSignature::from_der(&self.sign_der(message)).map_err(|error| SignError(error.into()))
    }
}

/// Fast, and counts how often a password was checked.
#[derive(Default)]
pub struct CountingHasher {
    checks: AtomicUsize,
}

impl CountingHasher {
    pub fn checks(&self) -> usize {
        self.checks.load(Ordering::SeqCst)
    }
}

impl PasswordHasher for CountingHasher {
    fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        let hash = format!("$argon2id$test${}", hex::encode(password.expose()));
        hash.parse().map_err(|error: auth_domain::PasswordHashError| HashError(error.into()))
    }

    fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> Result<bool, HashError> {
        self.checks.fetch_add(1, Ordering::SeqCst);
        Ok(Some(&self.hash(password)?) == hash)
    }
}
