//! The settings of the function, read once.

use assembly::Settings;
use kernel::config::{ConfigError, Env};

/// Lifetime of an access token when `TOKEN_TTL_S` is not set: a quarter of an hour.
const DEFAULT_TOKEN_TTL_S: u32 = 900;
/// Longest lifetime that is taken: one day.
const LONGEST_TOKEN_TTL_S: u32 = 86_400;

/// What the function was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Signs the cursors of list pages (`CURSOR_SECRET`).
    pub cursor_secret: String,
    /// The key that signs tokens (`TOKEN_KEY_ID`).
    pub token_key_id: String,
    /// How tokens are issued.
    pub tokens: TokenSettings,
    /// Name or ARN of the secret that holds the outside providers (`OIDC_SECRET`).
    pub oidc_secret: String,
    /// Tables and bus.
    pub parts: Settings,
}

/// How tokens are issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSettings {
    /// In whose name (`TOKEN_ISSUER`).
    pub issuer: String,
    /// How long each is good, in seconds (`TOKEN_TTL_S`).
    pub ttl_s: u32,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unreadable, also what others noted in `env` before.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let ttl_s = env.parsed("TOKEN_TTL_S", DEFAULT_TOKEN_TTL_S);
        if !(1..=LONGEST_TOKEN_TTL_S).contains(&ttl_s) {
            env.fault(format!("TOKEN_TTL_S: must be 1 to {LONGEST_TOKEN_TTL_S}"));
        }
        let cursor_secret = env.required("CURSOR_SECRET");
        let token_key_id = env.required("TOKEN_KEY_ID");
        let tokens = TokenSettings { issuer: env.required("TOKEN_ISSUER"), ttl_s };
        let oidc_secret = env.required("OIDC_SECRET");
        Ok(Self { cursor_secret, token_key_id, tokens, oidc_secret, parts: Settings::from_env(env)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: [(&str, &str); 9] = [
        ("TENANT", "main"),
        ("LOG_TABLE", "auth-log"),
        ("VIEWS_TABLE", "auth-views"),
        ("OPS_TABLE", "auth-ops"),
        ("EVENT_BUS", "facts"),
        ("CURSOR_SECRET", "0123456789abcdef0123456789abcdef"),
        ("TOKEN_KEY_ID", "alias/tokens"),
        ("TOKEN_ISSUER", "https://api.example.com"),
        ("OIDC_SECRET", "polymer/auth/oidc"),
    ];

    #[test]
    fn a_token_is_good_for_a_quarter_of_an_hour_unless_told_otherwise() {
        let env = Env::from_pairs(COMPLETE);
        assert_eq!(Config::from_env(&env).unwrap().tokens.ttl_s, 900);
        let env = Env::from_pairs(COMPLETE.into_iter().chain([("TOKEN_TTL_S", "600")]));
        assert_eq!(Config::from_env(&env).unwrap().tokens.ttl_s, 600);
    }

    #[test]
    fn a_token_that_would_outlive_the_day_is_refused() {
        for ttl in ["0", "86401", "-1", "forever"] {
            let env = Env::from_pairs(COMPLETE.into_iter().chain([("TOKEN_TTL_S", ttl)]));
            let error = Config::from_env(&env).unwrap_err().to_string();
            assert!(error.contains("TOKEN_TTL_S"), "{error}");
        }
    }

    #[test]
    fn every_missing_setting_is_named_at_once() {
        let error = Config::from_env(&Env::default()).unwrap_err().to_string();
        for (name, _) in COMPLETE {
            assert!(error.contains(name), "{name}: {error}");
        }
    }
}
