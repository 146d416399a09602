//! Whose word a TLS connection is taken on.

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The roots of every AWS endpoint; see `roots/README.md`.
const AMAZON_ROOTS: &str = include_str!("../roots/amazon.pem");

/// Where the trusted roots come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Amazon's five, embedded. Reading the some 140 of a system takes longer than the rest of the initialisation.
    Amazon,
    /// The system's: a switch for the day Amazon's change, and for stand-ins with certificates of their own.
    Native,
    /// None: the endpoint is plain HTTP, as a local stand-in's is.
    Unencrypted,
}

impl Trust {
    /// An HTTP client that all SDK clients of a function share. Its crypto is ring: the first handshake of aws-lc spends
    /// some 420 million instructions on seeding.
    pub(crate) fn http_client(self) -> SharedHttpClient {
        let store = match self {
            // Not in the crate's documentation, but the only way that does not read certificates nobody needs.
            Self::Unencrypted => return Builder::new().build_http(),
            Self::Amazon => TrustStore::empty().with_pem_certificate(AMAZON_ROOTS),
            Self::Native => TrustStore::empty().with_native_roots(true),
        };
        // Building cannot fail; were it to, the system's roots would be trusted, which is the documented fallback.
        let context = TlsContext::builder().with_trust_store(store).build().unwrap_or_default();
        Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build_https()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::Digest as _;

    use super::*;

    /// SHA-256 of each certificate, in the file's order.
    fn fingerprints(pem: &str) -> Vec<String> {
        let bodies = pem.split("-----BEGIN CERTIFICATE-----").skip(1);
        let der = bodies.map(|body| {
            let base64: String =
                body.split("-----END").next().unwrap().chars().filter(|c| !c.is_whitespace()).collect();
            base64::engine::general_purpose::STANDARD.decode(base64).unwrap()
        });
        der.map(|der| hex::encode(sha2::Sha256::digest(der))).collect()
    }

    #[test]
    fn the_embedded_roots_are_those_of_the_readme_and_no_others() {
        let readme = include_str!("../roots/README.md");
        let documented: Vec<&str> = readme.split('`').filter(|part| part.len() == 64).collect();
        assert_eq!(documented.len(), 5);
        assert_eq!(fingerprints(AMAZON_ROOTS), documented);
    }
}
