//! The auth function.

use std::process::ExitCode;
use std::sync::Arc;

use assembly::Parts;
use auth::adapters::{Argon2id, KmsSigner, OutsideProviders, ProviderSecret};
use auth::config::Config;
use auth::upkeep::VIEWS;
use auth::{Auth, CONTEXT, Outside};
use cloud::AwsConfig;
use http_kit::CursorKey;

fn main() -> ExitCode {
    lambda_entry::start(CONTEXT, async |env| {
        let aws = AwsConfig::from_env(&env);
        let config = Config::from_env(&env)?;
        let cursors = CursorKey::try_new(config.cursor_secret.as_bytes())?;
        let parts = Parts::connect(&aws, config.parts, VIEWS);
        let keys = aws_sdk_kms::Client::new(aws.sdk_config());
        // Both open the connections that requests use later.
        let load = KmsSigner::load(keys, config.token_key_id);
        let (signer, ()) = futures_util::future::join(load, parts.warm_up()).await;
        let hasher = Arc::new(Argon2id::try_new()?);
        let vault = aws_sdk_secretsmanager::Client::new(aws.sdk_config());
        let outside = Outside {
            source: Arc::new(ProviderSecret::new(vault, config.oidc_secret, Arc::clone(&parts.clock))),
            calls: Arc::new(OutsideProviders::default()),
        };
        let auth = Auth::try_new(parts, config.tokens, cursors, Arc::new(signer?), hasher, outside)?;
        Ok(auth.app())
    })
}
