use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;

use crate::ports::{KeyVault, Purpose, VaultError, WrappedKey};
use crate::vault::DataKey;

/// Data keys wrapped by AWS KMS under a symmetric key (`SYMMETRIC_DEFAULT`, `ENCRYPT_DECRYPT`) that never leaves it.
///
/// The purpose is the encryption context
/// (<https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>): KMS refuses a wrapped key that is offered
/// for another party, and its trail says for which party each key was opened.
#[derive(Debug, Clone)]
pub struct KmsVault {
    client: Client,
    key_id: String,
}

impl KmsVault {
    /// Wraps under `key_id`: a key id, ARN or alias. No call is made yet.
    #[must_use]
    pub const fn new(client: Client, key_id: String) -> Self {
        Self { client, key_id }
    }
}

#[async_trait]
impl KeyVault for KmsVault {
    async fn generate(&self, purpose: &Purpose) -> Result<(DataKey, WrappedKey), VaultError> {
        let call = self.client.generate_data_key().key_id(&self.key_id).key_spec(DataKeySpec::Aes256);
        let answer = call.set_encryption_context(Some(context(purpose))).send().await.map_err(failed)?;
        Ok((data_key(answer.plaintext())?, wrapped(answer.ciphertext_blob())?))
    }

    async fn unwrap(&self, wrapped: &WrappedKey, purpose: &Purpose) -> Result<DataKey, VaultError> {
        // Without the key id: a key that was wrapped under an earlier master key says so itself.
        let call = self.client.decrypt().ciphertext_blob(Blob::new(wrapped.0.clone()));
        let answer = call.set_encryption_context(Some(context(purpose))).send().await.map_err(failed)?;
        data_key(answer.plaintext())
    }

    async fn rewrap(&self, earlier: &WrappedKey, purpose: &Purpose) -> Result<WrappedKey, VaultError> {
        let call = self.client.re_encrypt().ciphertext_blob(Blob::new(earlier.0.clone()));
        let answer = call
            .set_source_encryption_context(Some(context(purpose)))
            .set_destination_encryption_context(Some(context(purpose)))
            .destination_key_id(&self.key_id)
            .send()
            .await
            .map_err(failed)?;
        wrapped(answer.ciphertext_blob())
    }
}

fn context(purpose: &Purpose) -> HashMap<String, String> {
    HashMap::from([
        ("tenant".to_owned(), purpose.tenant.to_string()),
        ("purpose".to_owned(), purpose.name.clone()),
    ])
}

fn data_key(plaintext: Option<&Blob>) -> Result<DataKey, VaultError> {
    let bytes = plaintext.map(Blob::as_ref).unwrap_or_default();
    DataKey::from_bytes(bytes).map_err(|error| VaultError::Refused(error.into()))
}

fn wrapped(ciphertext: Option<&Blob>) -> Result<WrappedKey, VaultError> {
    let bytes = ciphertext.map(Blob::as_ref).unwrap_or_default().to_vec();
    if bytes.is_empty() {
        return Err(VaultError::Refused("KMS gave no wrapped key".into()));
    }
    Ok(WrappedKey(bytes))
}

/// What another try cannot mend
/// (<https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors>).
const REFUSALS: [&str; 6] = [
    "AccessDeniedException",
    "DisabledException",
    "IncorrectKeyException",
    "InvalidCiphertextException",
    "InvalidKeyUsageException",
    "NotFoundException",
];

fn failed<E>(error: SdkError<E>) -> VaultError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let refused = error.code().is_some_and(|code| REFUSALS.contains(&code));
    if refused { VaultError::Refused(error.into()) } else { VaultError::Unavailable(error.into()) }
}
