use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::metadata::{is_local, may_be_called};

/// Longest name of a provider, in characters.
const LONGEST_NAME: usize = 32;

/// What a provider is called in paths, such as `google`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderName(String);

/// A text that is no name of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the name of a provider has 1 to {LONGEST_NAME} lower-case letters, digits and hyphens, and begins with a letter"
)]
pub struct ProviderNameError;

impl ProviderName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProviderName {
    type Err = ProviderNameError;

    fn from_str(text: &str) -> Result<Self, ProviderNameError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if begins && text.len() <= LONGEST_NAME && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ProviderNameError)
        }
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

kernel::text_serde!(ProviderName, r"^[a-z][a-z0-9-]{0,31}$");

/// A provider, as an operator entered it into the secret.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Provider {
    /// What it is called in paths.
    pub name: ProviderName,
    /// Whom its tokens name as their issuer (`iss`).
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// How we prove it.
    pub client_secret: String,
    /// Our callback, exactly as it was entered at the provider.
    pub redirect_uri: String,
    /// Where its discovery document is, when not below the issuer.
    #[serde(default)]
    pub discovery_url: Option<String>,
    /// Whether an address that it has verified is enough to link a user for the first time. Only for a provider that gives an address
    /// to nobody else: then whoever has the mailbox has the account.
    #[serde(default)]
    pub link_by_email: bool,
}

/// Why the providers cannot be read. No value is repeated: there are secrets among them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProvidersError {
    /// It is no list of providers.
    #[error(
        "the secret is not the JSON list of providers that it should be, at line {line}, column {column}"
    )]
    Unreadable {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// Nobody can be sent there.
    #[error("provider {name}: {member} has to be an address with https, or on this machine")]
    Address {
        /// Which provider.
        name: ProviderName,
        /// Which member.
        member: &'static str,
    },
    /// One name stands for two.
    #[error("two providers are called {0}")]
    Twice(ProviderName),
}

/// The providers in the text of the secret.
///
/// # Errors
/// See [`ProvidersError`].
pub fn providers(text: &str) -> Result<Vec<Provider>, ProvidersError> {
    let listed: Vec<Provider> = serde_json::from_str(text)
        .map_err(|error| ProvidersError::Unreadable { line: error.line(), column: error.column() })?;
    for (index, provider) in listed.iter().enumerate() {
        let name = || provider.name.clone();
        if listed.iter().take(index).any(|other| other.name == provider.name) {
            return Err(ProvidersError::Twice(name()));
        }
        let discovery = provider.discovery_url();
        let addresses = [
            ("issuer", &provider.issuer),
            ("redirectUri", &provider.redirect_uri),
            ("discoveryUrl", &discovery),
        ];
        for (member, address) in addresses {
            if !may_be_called(address, true) {
                return Err(ProvidersError::Address { name: name(), member });
            }
        }
    }
    Ok(listed)
}

impl Provider {
    /// Where its discovery document is (OpenID Connect Discovery 1.0, section 4).
    #[must_use]
    pub fn discovery_url(&self) -> String {
        self.discovery_url.clone().unwrap_or_else(|| {
            format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'))
        })
    }

    /// Whether it is a stand-in on this machine, which needs no TLS.
    #[must_use]
    pub fn is_local(&self) -> bool {
        is_local(&self.issuer)
    }

    /// Whether browsers come back to us encrypted.
    #[must_use]
    pub fn comes_back_encrypted(&self) -> bool {
        self.redirect_uri.starts_with("https://")
    }
}

/// Hidden: the secret.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entry() -> Value {
        json!({
            "name": "google", "issuer": "https://accounts.google.com", "clientId": "us", "clientSecret": "hush",
            "redirectUri": "https://api.example.com/v1/auth/oidc/google/callback",
        })
    }

    fn with(member: &str, value: &str) -> Value {
        let mut entry = entry();
        entry[member] = value.into();
        entry
    }

    fn read(entries: &[Value]) -> Result<Vec<Provider>, ProvidersError> {
        providers(&json!(entries).to_string())
    }

    #[test]
    fn a_provider_links_nobody_by_their_address_unless_told_to() {
        let read = read(&[entry(), with("name", "cognito")]).unwrap();
        assert_eq!(read.len(), 2);
        assert!(!read[0].link_by_email && read[0].comes_back_encrypted());
        let discovery = "https://accounts.google.com/.well-known/openid-configuration";
        assert_eq!(read[0].discovery_url(), discovery);
        assert!(!format!("{read:?}").contains("hush"));
    }

    #[test]
    fn nobody_is_sent_anywhere_unencrypted() {
        for (member, address) in [
            ("issuer", "http://accounts.google.com"),
            ("issuer", "http://127.0.0.1.example.com"),
            ("redirectUri", "/v1/auth/oidc/google/callback"),
            ("redirectUri", "ftp://api.example.com"),
            ("discoveryUrl", "http://169.254.169.254/latest"),
            ("discoveryUrl", "https://user@accounts.google.com"),
        ] {
            let error = read(&[with(member, address)]).unwrap_err();
            assert_eq!(
                error,
                ProvidersError::Address { name: "google".parse().unwrap(), member },
                "{address}"
            );
        }
        for address in ["http://127.0.0.1:9400", "http://localhost:9400/issuer"] {
            assert!(read(&[with("issuer", address)]).unwrap()[0].is_local(), "{address}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_secret_does_not_repeat_it() {
        let mut unknown = entry();
        unknown["hush"] = "hush".into();
        for text in [
            "hush",
            "{\"hush\":1}",
            &json!([unknown]).to_string(),
            &json!([with("name", "Hush!")]).to_string(),
        ] {
            let error = providers(text).unwrap_err();
            assert!(matches!(error, ProvidersError::Unreadable { .. }), "{error:?}");
            assert!(!error.to_string().contains("hush"), "{error}");
        }
        let twice = read(&[entry(), entry()]).unwrap_err();
        assert_eq!(twice, ProvidersError::Twice("google".parse().unwrap()));
    }
}
