use kernel::Tenant;
use kernel::config::{ConfigError, Env};

/// The settings that every storing context has. Terraform sets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The firm the function works for (`TENANT`).
    pub tenant: Tenant,
    /// The table of commits (`LOG_TABLE`).
    pub log_table: String,
    /// The table of projections (`VIEWS_TABLE`).
    pub views_table: String,
    /// The table of mutable items (`OPS_TABLE`).
    pub ops_table: String,
    /// The bus that facts are published on (`EVENT_BUS`).
    pub event_bus: String,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unreadable, also what others noted in `env` before.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            log_table: env.required("LOG_TABLE"),
            views_table: env.required("VIEWS_TABLE"),
            ops_table: env.required("OPS_TABLE"),
            event_bus: env.required("EVENT_BUS"),
            // Last: it gives up with all that is wrong.
            tenant: env.demanded("TENANT")?,
        })
    }
}
