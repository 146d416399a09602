//! The KMS adapter against a stand-in that answers as KMS does.

use std::sync::{Arc, Mutex};

use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use customer::adapters::KmsVault;
use customer::ports::{KeyVault as _, Purpose, VaultError, WrappedKey};
use serde_json::{Value, json};

const KEY: [u8; 32] = [7; 32];

/// KMS, with one data key; it notes what it was asked for.
#[derive(Clone, Default)]
struct Stand {
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Stand {
    fn vault(&self) -> KmsVault {
        let connector = SharedHttpConnector::new(StandConnector(self.clone()));
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("ap-south-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .retry_config(aws_sdk_kms::config::retry::RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        KmsVault::new(aws_sdk_kms::Client::from_conf(config), "alias/parties".to_owned())
    }

    fn answer(&self, target: &str, body: Value) -> (u16, Value) {
        let purpose = body["EncryptionContext"]["purpose"].clone();
        self.asked.lock().unwrap().push((target.to_owned(), body));
        let wrapped = |text: &str| json!({ "CiphertextBlob": STANDARD.encode(text), "Plaintext": STANDARD.encode(KEY) });
        match target {
            "TrentService.GenerateDataKey" => (200, wrapped("wrapped by 1")),
            "TrentService.Decrypt" if purpose == "party:1" => (200, wrapped("")),
            "TrentService.Decrypt" if purpose == "party:9" => {
                (500, json!({ "__type": "KMSInternalException" }))
            }
            "TrentService.Decrypt" => (400, json!({ "__type": "InvalidCiphertextException" })),
            "TrentService.ReEncrypt" => (200, wrapped("wrapped by 2")),
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
        let (status, answer) = self.0.answer(target, body);
        let answer = answer.to_string();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), answer.into())))
    }
}

fn purpose(name: &str) -> Purpose {
    Purpose { tenant: "main".parse().unwrap(), name: name.to_owned() }
}

#[tokio::test]
async fn a_data_key_is_made_opened_and_wrapped_anew_for_its_purpose() {
    let kms = Stand::default();
    let vault = kms.vault();
    let (key, wrapped) = vault.generate(&purpose("party:1")).await.unwrap();
    assert_eq!((key.expose(), wrapped.0.as_slice()), (KEY.as_slice(), b"wrapped by 1".as_slice()));
    assert_eq!(vault.unwrap(&wrapped, &purpose("party:1")).await.unwrap().expose(), KEY);
    assert_eq!(vault.rewrap(&wrapped, &purpose("party:1")).await.unwrap().0, b"wrapped by 2");
    let context = json!({ "tenant": "main", "purpose": "party:1" });
    let blob = STANDARD.encode("wrapped by 1");
    let expected = [
        (
            "TrentService.GenerateDataKey".to_owned(),
            json!({ "KeyId": "alias/parties", "KeySpec": "AES_256", "EncryptionContext": context }),
        ),
        ("TrentService.Decrypt".to_owned(), json!({ "CiphertextBlob": blob, "EncryptionContext": context })),
        (
            "TrentService.ReEncrypt".to_owned(),
            json!({
                "CiphertextBlob": blob, "DestinationKeyId": "alias/parties",
                "SourceEncryptionContext": context, "DestinationEncryptionContext": context,
            }),
        ),
    ];
    assert_eq!(*kms.asked.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_refusal_is_told_from_an_outage() {
    let vault = Stand::default().vault();
    let wrapped = WrappedKey(b"wrapped by 1".to_vec());
    let foreign = vault.unwrap(&wrapped, &purpose("party:2")).await;
    assert!(matches!(foreign, Err(VaultError::Refused(_))), "{foreign:?}");
    let outage = vault.unwrap(&wrapped, &purpose("party:9")).await;
    assert!(matches!(outage, Err(VaultError::Unavailable(_))), "{outage:?}");
}
