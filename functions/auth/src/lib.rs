//! The auth context: who somebody is, and what they may do. See `README.md` beside this crate.

use std::sync::Arc;

use assembly::Parts;
use axum::Router;
use http_kit::CursorKey;
use lambda_entry::{App, DirectHandler};

pub mod adapters;
mod api_keys;
pub mod commands;
pub mod config;
pub mod direct;
pub mod http;
pub mod oidc;
mod password;
pub mod ports;
mod publications;
pub mod queries;
mod random;
pub mod reactions;
mod refresh_token;
mod relaying;
mod revocations;
mod session_list;
mod sessions;
mod throttle;
pub mod tokens;
pub mod upkeep;
mod user_list;
mod users;

pub use api_keys::{
    ApiKeyChecks, ApiKeyList, ApiKeySecret, ApiKeySecretError, ApiKeyUses, ApiKeyView, ApiKeys, Verdict,
};
pub use password::{Password, PasswordError};
pub use random::RandomError;
pub use refresh_token::{RefreshToken, RefreshTokenError};
pub use relaying::Relayed;
pub use revocations::Revocations;
pub use session_list::{SessionList, SessionView};
pub use sessions::Sessions;
pub use throttle::{Attempt, Throttle};
pub use user_list::{UserList, UserView};
pub use users::{Found, Users};

use commands::{
    BeginOidcLogin, ChangeAccount, ChangePassword, ChangeUser, CreateApiKey, CreateUser, EndSession,
    FinishOidcLogin, LogIn, LogOut, OpenAccount, OpenSession, Refresh, RevokeApiKey, RotateApiKey,
};
use config::TokenSettings;
use direct::Operator;
use oidc::{RelyingParty, Transactions};
use ports::{PasswordHasher, ProviderCalls, ProviderSource, TokenSigner};
use publications::Publications;
use queries::{Authorize, Readiness};
use reactions::Reactions;
use tokens::{Issuer, KeyError, Verifier};
use upkeep::AuthUpkeep;

/// This context's name, in keys, queues and envelopes.
pub const CONTEXT: &str = "auth";

/// The function, put together from its ports.
#[derive(Clone)]
pub struct Auth {
    parts: Parts,
    tokens: TokenSettings,
    cursors: CursorKey,
    signer: Arc<dyn TokenSigner>,
    hasher: Arc<dyn PasswordHasher>,
    verifier: Verifier,
    revocations: Revocations,
    checks: ApiKeyChecks,
    uses: ApiKeyUses,
    party: RelyingParty,
}

/// Outside providers people may log in by: which, and how they are called.
#[derive(Clone)]
pub struct Outside {
    /// Which.
    pub source: Arc<dyn ProviderSource>,
    /// How.
    pub calls: Arc<dyn ProviderCalls>,
}

impl Auth {
    /// Puts the function together; `cursors` signs the cursors of lists.
    ///
    /// # Errors
    /// When the signer's key cannot verify tokens.
    pub fn try_new(
        parts: Parts,
        tokens: TokenSettings,
        cursors: CursorKey,
        signer: Arc<dyn TokenSigner>,
        hasher: Arc<dyn PasswordHasher>,
        outside: Outside,
    ) -> Result<Self, KeyError> {
        let verifier = Verifier::try_new(&tokens.issuer, signer.public_key(), Arc::clone(&parts.clock))?;
        let (tenant, ops, clock) = (parts.tenant.clone(), Arc::clone(&parts.ops), Arc::clone(&parts.clock));
        let uses = ApiKeyUses::new(tenant.clone(), Arc::clone(&ops), Arc::clone(&clock));
        let keys = ApiKeys::new(tenant.clone(), parts.store());
        let users = Users::new(tenant.clone(), parts.store());
        let checks = ApiKeyChecks::new(keys, users, uses.clone(), Arc::clone(&clock));
        let party = RelyingParty::new(outside.source, outside.calls, Arc::clone(&clock));
        let revocations = Revocations::new(tenant, ops, clock, tokens.ttl_s);
        Ok(Self { parts, tokens, cursors, signer, hasher, verifier, revocations, checks, uses, party })
    }

    /// Every kind of event the function serves.
    #[must_use]
    pub fn app(&self) -> App {
        let publications = Publications::new(self.users(), self.sessions(), self.api_keys());
        let lists = (self.user_list(), self.session_list(), self.api_key_list());
        let relayed = Relayed::new(lists, self.revocations.clone(), publications);
        let relay = self.parts.relay(CONTEXT, Arc::new(relayed));
        let reactions = Reactions::new(self.parts.auditor(relay.clone()));
        let authorize = Authorize::new(self.verifier.clone(), self.revocations.clone(), self.checks.clone());
        App::new(CONTEXT)
            .http(self.router())
            .inbox(self.parts.inbox(Arc::new(reactions)))
            .stream(self.parts.log_stream(relay))
            .authorizer(Arc::new(authorize))
            .direct(self.direct())
    }

    /// Direct invocations: operators and upkeep.
    pub fn direct(&self) -> Arc<dyn DirectHandler> {
        let upkeep = AuthUpkeep::new(self.users(), self.sessions(), self.uses.clone());
        self.parts.upkeep(Arc::new(upkeep), Arc::new(self.operator()))
    }

    /// The HTTP interface.
    pub fn router(&self) -> Router {
        let api = http::Api {
            log_in: self.log_in(),
            begin_oidc_login: self.begin_oidc_login(),
            finish_oidc_login: self.finish_oidc_login(),
            refresh: self.refresh(),
            log_out: LogOut { sessions: self.sessions() },
            end_session: EndSession { sessions: self.sessions() },
            session_list: self.session_list(),
            create_api_key: CreateApiKey { keys: self.api_keys() },
            rotate_api_key: RotateApiKey { keys: self.api_keys() },
            revoke_api_key: RevokeApiKey { keys: self.api_keys() },
            open_account: OpenAccount { users: self.users(), hasher: Arc::clone(&self.hasher) },
            change_account: ChangeAccount { users: self.users() },
            change_password: self.change_password(),
            user_list: self.user_list(),
            api_keys: self.api_key_list(),
            cursors: self.cursors.clone(),
            key: self.signer.public_key().clone(),
        };
        http::routes().into_router(api, self.parts.edge())
    }

    fn users(&self) -> Users {
        Users::new(self.parts.tenant.clone(), self.parts.store())
    }

    fn sessions(&self) -> Sessions {
        Sessions::new(self.parts.tenant.clone(), self.parts.store())
    }

    fn session_list(&self) -> SessionList {
        SessionList::new(self.sessions(), Arc::clone(&self.parts.views))
    }

    fn api_keys(&self) -> ApiKeys {
        ApiKeys::new(self.parts.tenant.clone(), self.parts.store())
    }

    fn user_list(&self) -> UserList {
        UserList::new(self.users(), Arc::clone(&self.parts.views))
    }

    fn api_key_list(&self) -> ApiKeyList {
        ApiKeyList::new(self.api_keys(), self.uses.clone(), Arc::clone(&self.parts.views))
    }

    fn issuer(&self) -> Issuer {
        let (clock, ids) = (Arc::clone(&self.parts.clock), Arc::clone(&self.parts.ids));
        let TokenSettings { issuer, ttl_s } = self.tokens.clone();
        Issuer::new(issuer, ttl_s, Arc::clone(&self.signer), clock, ids)
    }

    fn throttle(&self) -> Throttle {
        let (clock, ids) = (Arc::clone(&self.parts.clock), Arc::clone(&self.parts.ids));
        Throttle::new(self.parts.tenant.clone(), Arc::clone(&self.parts.ops), clock, ids)
    }

    fn log_in(&self) -> LogIn {
        LogIn {
            users: self.users(),
            open: self.open_session(),
            throttle: self.throttle(),
            hasher: Arc::clone(&self.hasher),
            clock: Arc::clone(&self.parts.clock),
        }
    }

    fn open_session(&self) -> OpenSession {
        let ids = Arc::clone(&self.parts.ids);
        OpenSession { sessions: self.sessions(), issuer: self.issuer(), ids }
    }

    fn transactions(&self) -> Transactions {
        let (ops, clock) = (Arc::clone(&self.parts.ops), Arc::clone(&self.parts.clock));
        Transactions::new(self.parts.tenant.clone(), ops, clock)
    }

    fn begin_oidc_login(&self) -> BeginOidcLogin {
        BeginOidcLogin { party: self.party.clone(), transactions: self.transactions() }
    }

    fn finish_oidc_login(&self) -> FinishOidcLogin {
        FinishOidcLogin {
            party: self.party.clone(),
            transactions: self.transactions(),
            users: self.users(),
            open: self.open_session(),
            clock: Arc::clone(&self.parts.clock),
        }
    }

    fn change_password(&self) -> ChangePassword {
        let (throttle, hasher) = (self.throttle(), Arc::clone(&self.hasher));
        ChangePassword { users: self.users(), throttle, hasher }
    }

    fn refresh(&self) -> Refresh {
        let clock = Arc::clone(&self.parts.clock);
        Refresh { users: self.users(), sessions: self.sessions(), issuer: self.issuer(), clock }
    }

    fn operator(&self) -> Operator {
        let (hasher, ids) = (Arc::clone(&self.hasher), Arc::clone(&self.parts.ids));
        let readiness =
            Readiness::new(self.parts.readiness(), Arc::clone(&self.signer), Arc::clone(&self.parts.clock));
        Operator::new(
            CreateUser::new(self.users(), hasher.clone(), ids.clone()),
            ChangeUser::new(self.users(), hasher, ids),
            readiness,
        )
    }
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth")
            .field("parts", &self.parts)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
