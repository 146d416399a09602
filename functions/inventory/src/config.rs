//! The settings of the function, read once.

use assembly::Settings;
use kernel::config::{ConfigError, Env};

/// What the function was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Signs the cursors of list pages (`CURSOR_SECRET`).
    pub cursor_secret: String,
    /// The function of the customer context (`CUSTOMER_FUNCTION`).
    pub customer_function: String,
    /// Tables and bus.
    pub parts: Settings,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unreadable, also what others noted in `env` before.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let cursor_secret = env.required("CURSOR_SECRET");
        let customer_function = env.required("CUSTOMER_FUNCTION");
        Ok(Self { cursor_secret, customer_function, parts: Settings::from_env(env)? })
    }
}
