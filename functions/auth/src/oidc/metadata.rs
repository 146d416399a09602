use http::Uri;
use serde::Deserialize;

use super::provider::Provider;

/// What is needed of a provider's discovery document (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether every answer names its issuer (RFC 9207).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// Why a discovery document is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum MetadataError {
    #[error("the discovery document is not readable")]
    Unreadable(#[source] serde_json::Error),
    #[error("the discovery document is another issuer's")]
    AnotherIssuer,
    #[error("the discovery document names an address for {0} that is not called")]
    Address(&'static str),
}

impl Metadata {
    /// Reads the document of `provider`.
    pub(super) fn read(document: &[u8], provider: &Provider) -> Result<Self, MetadataError> {
        let metadata: Self = serde_json::from_slice(document).map_err(MetadataError::Unreadable)?;
        if metadata.issuer != provider.issuer {
            return Err(MetadataError::AnotherIssuer);
        }
        let local = provider.is_local();
        let named = [
            ("authorization_endpoint", &metadata.authorization_endpoint),
            ("token_endpoint", &metadata.token_endpoint),
            ("jwks_uri", &metadata.jwks_uri),
        ];
        let unfit =
            named.into_iter().find(|(_, address)| !may_be_called(address, local)).map(|(name, _)| name);
        match unfit {
            Some(name) => Err(MetadataError::Address(name)),
            None => Ok(metadata),
        }
    }

    /// Whether we prove who we are in the form, because a header is not understood; a header is what is meant when nothing is said.
    pub(super) fn wants_the_secret_in_the_form(&self) -> bool {
        let offered = self.token_endpoint_auth_methods_supported.as_deref().unwrap_or_default();
        let offers = |method: &str| offered.iter().any(|offered| offered == method);
        offers("client_secret_post") && !offers("client_secret_basic")
    }
}

/// Whether an address is encrypted, or, where `local`, on this machine. One with a user's name or a fragment is not called.
pub(super) fn may_be_called(address: &str, local: bool) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    let plain =
        uri.authority().is_some_and(|authority| !authority.as_str().contains('@')) && !address.contains('#');
    match uri.scheme_str() {
        Some("https") => plain,
        Some("http") => plain && local && is_local(address),
        _ => false,
    }
}

/// Whether an address is on this machine.
pub(super) fn is_local(address: &str) -> bool {
    let uri = address.parse::<Uri>();
    uri.is_ok_and(|uri| matches!(uri.host(), Some("127.0.0.1" | "localhost")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::provider::providers;
    use super::*;

    fn provider() -> Provider {
        let entry = json!([{
            "name": "example", "issuer": "https://id.example.com", "clientId": "us", "clientSecret": "hush",
            "redirectUri": "https://api.example.com/callback",
        }]);
        providers(&entry.to_string()).unwrap().remove(0)
    }

    fn document() -> Value {
        json!({
            "issuer": "https://id.example.com", "authorization_endpoint": "https://id.example.com/authorize?realm=1",
            "token_endpoint": "https://id.example.com/token", "jwks_uri": "https://keys.example.com/jwks",
        })
    }

    #[test]
    fn a_document_of_another_issuer_is_not_believed() {
        let mut other = document();
        other["issuer"] = "https://id.example.com/".into();
        let error = Metadata::read(other.to_string().as_bytes(), &provider()).unwrap_err();
        assert!(matches!(error, MetadataError::AnotherIssuer));
    }

    #[test]
    fn no_address_of_a_document_leads_into_our_network() {
        for member in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            for address in
                ["http://127.0.0.1:4566/", "http://id.example.com/", "file:///etc/passwd", "/token"]
            {
                let mut document = document();
                document[member] = address.into();
                let error = Metadata::read(document.to_string().as_bytes(), &provider()).unwrap_err();
                assert!(matches!(error, MetadataError::Address(named) if named == member), "{address}");
            }
        }
    }

    #[test]
    fn the_secret_is_in_the_form_only_where_a_header_is_not_understood() {
        for (offered, in_form) in [
            (Value::Null, false),
            (json!(["client_secret_post", "client_secret_basic"]), false),
            (json!(["client_secret_post"]), true),
        ] {
            let mut document = document();
            document["token_endpoint_auth_methods_supported"] = offered.clone();
            let metadata = Metadata::read(document.to_string().as_bytes(), &provider()).unwrap();
            assert_eq!(metadata.wants_the_secret_in_the_form(), in_form, "{offered}");
        }
    }
}
