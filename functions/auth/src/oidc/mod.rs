//! Logins by an outside provider: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636), as RFC 9700 has it.
//!
//! | question | answered by |
//! |---|---|
//! | which providers there are, and what each is believed | `provider` |
//! | where a provider's endpoints are | `metadata`, from its discovery document |
//! | which keys sign its tokens | `keys` |
//! | whom a token is about | `id_token` |
//! | what is asked of a provider, and what is remembered of the answers | `relying_party` |
//! | which login was begun in which browser | `transactions` |
//!
//! No address comes from a request: that of the discovery document is a setting, the others are in it. Deliberately absent: the
//! provider's access and refresh tokens, which nobody here needs; its user information endpoint; logging out there.

mod id_token;
mod keys;
mod metadata;
mod provider;
mod relying_party;
mod transactions;

pub use id_token::Person;
pub use provider::{Provider, ProviderName, ProviderNameError, ProvidersError, providers};
pub(crate) use relying_party::login_page;
pub use relying_party::{ProviderError, RelyingParty};
pub(crate) use transactions::LOGIN_MS;
pub use transactions::{Begun, Taken, Transactions};
