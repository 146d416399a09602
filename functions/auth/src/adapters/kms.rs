use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::error::SdkError;
use aws_sdk_kms::operation::get_public_key::GetPublicKeyError;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use sha2::{Digest as _, Sha256};

use crate::ports::{SignError, TokenSigner};
use crate::tokens::{KeyError, PublicKey, RawSignature};

/// Signs with a key that never leaves AWS KMS: `ECC_NIST_P256`, for `SIGN_VERIFY`.
#[derive(Debug, Clone)]
pub struct KmsSigner {
    client: Client,
    key_id: String,
    public_key: PublicKey,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KmsError {
    /// KMS does not give the key.
    #[error("the public key of {key_id} cannot be read")]
    Unavailable {
        /// Which key.
        key_id: String,
        /// What KMS said.
        #[source]
        source: Box<SdkError<GetPublicKeyError>>,
    },
    /// It is a key of another kind.
    #[error("{key_id} is not a key for tokens")]
    WrongKind {
        /// Which key.
        key_id: String,
        /// What is wrong with it.
        #[source]
        source: KeyError,
    },
}

impl KmsSigner {
    /// Reads the public half of `key_id` (a key id, ARN or alias) and signs with the key from then on. The call also opens
    /// the connection that later signatures use.
    ///
    /// # Errors
    /// See [`KmsError`].
    pub async fn load(client: Client, key_id: String) -> Result<Self, KmsError> {
        let answer = match client.get_public_key().key_id(&key_id).send().await {
            Ok(answer) => answer,
            Err(error) => return Err(KmsError::Unavailable { key_id, source: Box::new(error) }),
        };
        let spki = answer.public_key().map(Blob::as_ref).unwrap_or_default();
        match PublicKey::from_spki(spki) {
            Ok(public_key) => Ok(Self { client, key_id, public_key }),
            Err(source) => Err(KmsError::WrongKind { key_id, source }),
        }
    }
}

#[async_trait]
impl TokenSigner for KmsSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, message: &[u8]) -> Result<RawSignature, SignError> {
        // The digest and not the message: KMS takes no more than 4,096 bytes of the latter.
        let answer = self
            .client
            .sign()
            .key_id(&self.key_id)
            .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256)
            .message_type(MessageType::Digest)
            .message(Blob::new(Sha256::digest(message).as_slice()))
            .send()
            .await
            .map_err(|error| SignError(error.into()))?;
        let der = answer.signature().map(Blob::as_ref).unwrap_or_default();
        RawSignature::from_der(der).map_err(|error| SignError(error.into()))
    }
}
