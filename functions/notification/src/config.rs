//! The settings of the function, read once.

use assembly::Settings;
use kernel::config::{ConfigError, Env};

/// What the function was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Signs the cursors of list pages (`CURSOR_SECRET`).
    pub cursor_secret: String,
    /// The function of the deal context (`DEAL_FUNCTION`).
    pub deal_function: String,
    /// The function of the inventory context (`INVENTORY_FUNCTION`).
    pub inventory_function: String,
    /// URL of the queue that messages wait in (`CHANNEL_QUEUE_URL`).
    pub channel_queue_url: String,
    /// URL of this context's own inbox (`INBOX_QUEUE_URL`), where webhooks wait.
    pub inbox_queue_url: String,
    /// WhatsApp Cloud API with its version (`WHATSAPP_API_URL`).
    pub whatsapp_api_url: String,
    /// The firm's number there (`WHATSAPP_PHONE_NUMBER_ID`).
    pub whatsapp_phone_number_id: String,
    /// The approved template for messages outside the 24-hour window (`WHATSAPP_TEMPLATE`).
    pub whatsapp_template: String,
    /// Name or ARN of the secret that holds [`WhatsAppSecrets`](crate::ports::WhatsAppSecrets) (`WHATSAPP_SECRET`).
    pub whatsapp_secret: String,
    /// Tables and bus.
    pub parts: Settings,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unreadable, also what others noted in `env` before.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            cursor_secret: env.required("CURSOR_SECRET"),
            deal_function: env.required("DEAL_FUNCTION"),
            inventory_function: env.required("INVENTORY_FUNCTION"),
            channel_queue_url: env.required("CHANNEL_QUEUE_URL"),
            inbox_queue_url: env.required("INBOX_QUEUE_URL"),
            whatsapp_api_url: env.required("WHATSAPP_API_URL"),
            whatsapp_phone_number_id: env.required("WHATSAPP_PHONE_NUMBER_ID"),
            whatsapp_template: env.required("WHATSAPP_TEMPLATE"),
            whatsapp_secret: env.required("WHATSAPP_SECRET"),
            // Last: it gives up with all that is wrong.
            parts: Settings::from_env(env)?,
        })
    }
}
