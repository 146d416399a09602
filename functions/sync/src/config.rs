//! The settings of the function, read once.

use assembly::Settings;
use kernel::config::{ConfigError, Env};
use sync_domain::Policy;

/// What the function was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Signs the cursors of list pages (`CURSOR_SECRET`).
    pub cursor_secret: String,
    /// The function of the inventory context (`INVENTORY_FUNCTION`).
    pub inventory_function: String,
    /// The function of the deal context (`DEAL_FUNCTION`).
    pub deal_function: String,
    /// The queue of work in the spreadsheet (`WORK_QUEUE_URL`).
    pub work_queue_url: String,
    /// The function of the customer context (`CUSTOMER_FUNCTION`).
    pub customer_function: String,
    /// The spreadsheet (`SPREADSHEET_ID`), as its address has it; `None` until there is one.
    pub spreadsheet_id: Option<String>,
    /// The tab that shows deals (`SHEET_TAB`).
    pub tab: String,
    /// Where the Sheets API is (`SHEETS_URL`).
    pub sheets_url: String,
    /// The secret that holds the service account's key file (`GOOGLE_KEY_SECRET`): its name or ARN.
    pub key_secret: String,
    /// The secret that pokes of the spreadsheet are signed with (`SHEET_HOOK_SECRET`): its name or ARN.
    pub hook_secret: String,
    /// Whose word counts where people changed a cell (`CONFLICT_POLICY`: `database_wins`, `sheet_wins` or `manual`).
    pub policy: Policy,
    /// Tables and bus.
    pub parts: Settings,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unreadable, also what others noted in `env` before.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let policy = match env.optional("CONFLICT_POLICY") {
            None | Some("database_wins") => Policy::DatabaseWins,
            Some("sheet_wins") => Policy::SheetWins,
            Some("manual") => Policy::Manual,
            Some(_) => {
                env.fault("CONFLICT_POLICY: none of `database_wins`, `sheet_wins` and `manual`".to_owned());
                Policy::DatabaseWins
            }
        };
        let text = |name, fallback: &str| env.optional(name).unwrap_or(fallback).to_owned();
        Ok(Self {
            cursor_secret: env.required("CURSOR_SECRET"),
            inventory_function: env.required("INVENTORY_FUNCTION"),
            deal_function: env.required("DEAL_FUNCTION"),
            work_queue_url: env.required("WORK_QUEUE_URL"),
            customer_function: env.required("CUSTOMER_FUNCTION"),
            spreadsheet_id: env.optional("SPREADSHEET_ID").map(str::to_owned),
            tab: text("SHEET_TAB", "Main"),
            sheets_url: text("SHEETS_URL", "https://sheets.googleapis.com"),
            key_secret: env.required("GOOGLE_KEY_SECRET"),
            hook_secret: env.required("SHEET_HOOK_SECRET"),
            policy,
            parts: Settings::from_env(env)?,
        })
    }
}
