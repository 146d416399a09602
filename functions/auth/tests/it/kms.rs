//! The KMS adapter against a stand-in that signs with a key of the test's own.

use std::sync::{Arc, Mutex};

use auth::adapters::{KmsError, KmsSigner};
use auth::ports::TokenSigner as _;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::world::TestSigner;

/// `SubjectPublicKeyInfo` of a P-256 key up to the point (RFC 5480).
const SPKI_HEAD: &str = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
const MESSAGE: &[u8] = b"header.claims";

/// KMS, with one key; it notes the signatures it was asked for.
#[derive(Clone)]
struct Stand {
    key: Arc<TestSigner>,
    spki: Vec<u8>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Stand {
    fn new(key: Arc<TestSigner>, spki: Vec<u8>) -> Self {
        Self { key, spki, asked: Arc::default() }
    }

    fn client(&self) -> aws_sdk_kms::Client {
        let connector = SharedHttpConnector::new(StandConnector(self.clone()));
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("ap-south-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        aws_sdk_kms::Client::from_conf(config)
    }

    fn answer(&self, target: &str, body: Value) -> Value {
        match target {
            "TrentService.GetPublicKey" => {
                json!({ "KeyId": body["KeyId"], "PublicKey": STANDARD.encode(&self.spki) })
            }
            "TrentService.Sign" => {
                self.asked.lock().unwrap().push(body);
                // The real service signs the digest it is given; this one knows what it is the digest of.
                json!({ "Signature": STANDARD.encode(self.key.sign_der(MESSAGE)) })
            }
            other => panic!("{other}"),
        }
    }
}

struct StandConnector(Stand);

impl std::fmt::Debug for StandConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StandConnector")
    }
}

impl HttpConnector for StandConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap();
        let body = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let answer = self.0.answer(target, body).to_string();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), answer.into())))
    }
}

#[tokio::test]
async fn a_signature_of_kms_is_one_that_the_public_key_verifies() {
    let key = Arc::new(TestSigner::new());
    let spki = [hex::decode(SPKI_HEAD).unwrap(), key.point()].concat();
    let kms = Stand::new(Arc::clone(&key), spki);
    let signer = KmsSigner::load(kms.client(), "alias/tokens".to_owned()).await.unwrap();
    assert_eq!(signer.public_key(), key.public_key());
    let signature = signer.sign(MESSAGE).await.unwrap();
    let verifying = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point());
    assert!(verifying.verify(MESSAGE, signature.as_bytes()).is_ok());
    let expected = json!({
        "KeyId": "alias/tokens",
        "Message": STANDARD.encode(digest(&SHA256, MESSAGE)),
        "MessageType": "DIGEST",
        "SigningAlgorithm": "ECDSA_SHA_256",
    });
    assert_eq!(*kms.asked.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn a_key_of_another_kind_is_refused_at_the_start() {
    let key = Arc::new(TestSigner::new());
    let kms = Stand::new(key, vec![0x30, 0x03, 0x02, 0x01, 0x00]);
    let error = KmsSigner::load(kms.client(), "alias/tokens".to_owned()).await.unwrap_err();
    assert!(matches!(error, KmsError::WrongKind { .. }), "{error}");
}
