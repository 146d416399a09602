//! The settings of the function, read once.

use assembly::Settings;
use kernel::config::{ConfigError, Env};

use crate::adapters::ChannelUrls;

/// What the function was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Signs the cursors of list pages (`CURSOR_SECRET`).
    pub cursor_secret: String,
    /// The function of the deal context (`DEAL_FUNCTION`).
    pub deal_function: String,
    /// The function of the inventory context (`INVENTORY_FUNCTION`).
    pub inventory_function: String,
    /// URLs of the queues that messages wait in (`WHATSAPP_QUEUE_URL`, `TELEGRAM_QUEUE_URL`, `EMAIL_QUEUE_URL`,
    /// `SMS_QUEUE_URL`).
    pub channel_urls: ChannelUrls,
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
    /// Telegram Bot API (`TELEGRAM_API_URL`).
    pub telegram_api_url: String,
    /// Name or ARN of the secret that holds [`TelegramSecrets`](crate::ports::TelegramSecrets) (`TELEGRAM_SECRET`).
    pub telegram_secret: String,
    /// The address e-mails come from, which SES has verified (`EMAIL_FROM`).
    pub email_from: String,
    /// The SES configuration set that says where the events of e-mails go (`EMAIL_CONFIGURATION_SET`).
    pub email_configuration_set: String,
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
            channel_urls: ChannelUrls {
                whatsapp: env.required("WHATSAPP_QUEUE_URL"),
                telegram: env.required("TELEGRAM_QUEUE_URL"),
                email: env.required("EMAIL_QUEUE_URL"),
                sms: env.required("SMS_QUEUE_URL"),
            },
            inbox_queue_url: env.required("INBOX_QUEUE_URL"),
            whatsapp_api_url: env.required("WHATSAPP_API_URL"),
            whatsapp_phone_number_id: env.required("WHATSAPP_PHONE_NUMBER_ID"),
            whatsapp_template: env.required("WHATSAPP_TEMPLATE"),
            whatsapp_secret: env.required("WHATSAPP_SECRET"),
            telegram_api_url: env.required("TELEGRAM_API_URL"),
            telegram_secret: env.required("TELEGRAM_SECRET"),
            email_from: env.required("EMAIL_FROM"),
            email_configuration_set: env.required("EMAIL_CONFIGURATION_SET"),
            // Last: it gives up with all that is wrong.
            parts: Settings::from_env(env)?,
        })
    }
}
