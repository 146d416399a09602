use event_store::BoxError;

use crate::oidc::{ProviderName, RelyingParty, Transactions, login_page};

/// Sends people to a provider to log in there.
#[derive(Debug, Clone)]
pub struct BeginOidcLogin {
    /// Knows the providers.
    pub party: RelyingParty,
    /// Remembers who was sent.
    pub transactions: Transactions,
}

/// Where a browser goes, and what it keeps until it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The provider's page.
    pub location: String,
    /// What the browser shows when it comes back.
    pub browser: String,
    /// Whether it comes back encrypted.
    pub encrypted: bool,
}

/// Why nobody was sent anywhere.
#[derive(Debug, thiserror::Error)]
pub enum BeginOidcLoginError {
    /// There is no such provider.
    #[error("there is no such provider")]
    Unknown,
    /// Something the login needs does not work.
    #[error("the login was not begun")]
    Failed(#[source] BoxError),
}

impl BeginOidcLogin {
    /// Begins a login: one write, after two calls at most of an instance that knows nothing of the provider yet.
    ///
    /// # Errors
    /// See [`BeginOidcLoginError`].
    pub async fn run(&self, name: &ProviderName) -> Result<Departure, BeginOidcLoginError> {
        let provider =
            self.party.provider(name).await.map_err(failed)?.ok_or(BeginOidcLoginError::Unknown)?;
        let endpoint = self.party.authorization_endpoint(&provider).await.map_err(failed)?;
        let begun = self.transactions.begin(name).await.map_err(failed)?;
        let location = login_page(&provider, &endpoint, &begun);
        Ok(Departure { location, browser: begun.browser, encrypted: provider.comes_back_encrypted() })
    }
}

fn failed(error: impl Into<BoxError>) -> BeginOidcLoginError {
    BeginOidcLoginError::Failed(error.into())
}
