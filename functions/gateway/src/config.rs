//! The gateway's settings, read once.

use kernel::config::{ConfigError, Env};

/// What the gateway was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Each context's name and the function that serves it (`CONTEXT_FUNCTIONS`, `deal=polymer-dev-deal,…`).
    pub functions: Vec<Named>,
    /// Each queue's name and URL (`QUEUES`, `deal-inbox=https://…,…`).
    pub queues: Vec<Named>,
    /// Where it is kept who put dead letters back or threw them away (`EVENT_BUS`).
    pub event_bus: String,
}

/// Something with a name for people and an address for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// For people; shown in the readiness report.
    pub name: String,
    /// A function name or a queue URL; never shown.
    pub address: String,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unreadable, also what others noted in `env` before.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let config = Self {
            functions: pairs(env, "CONTEXT_FUNCTIONS"),
            queues: pairs(env, "QUEUES"),
            event_bus: env.required("EVENT_BUS"),
        };
        env.finish(config)
    }
}

/// Reads `name=address,name=address`.
fn pairs(env: &Env, variable: &str) -> Vec<Named> {
    let text = env.required(variable);
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .filter_map(|part| match part.split_once('=') {
            Some((name, address)) if !name.is_empty() && !address.is_empty() => {
                Some(Named { name: name.to_owned(), address: address.to_owned() })
            }
            _ => {
                env.fault(format!("{variable}: `{part}` is not name=address"));
                None
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_in_order_and_an_address_may_hold_an_equals_sign() {
        let env = Env::from_pairs([
            ("CONTEXT_FUNCTIONS", "auth=local-auth, deal=local-deal"),
            ("QUEUES", "deal-inbox=http://localhost/q?a=b"),
            ("EVENT_BUS", "local-facts"),
        ]);
        let config = Config::from_env(&env).unwrap();
        let names: Vec<&str> = config.functions.iter().map(|named| named.name.as_str()).collect();
        assert_eq!(names, ["auth", "deal"]);
        assert_eq!(config.queues[0].address, "http://localhost/q?a=b");
    }

    #[test]
    fn every_fault_is_named() {
        let env = Env::from_pairs([("QUEUES", "deal-inbox")]);
        let error = Config::from_env(&env).unwrap_err().to_string();
        assert!(error.contains("CONTEXT_FUNCTIONS is not set"), "{error}");
        assert!(error.contains("QUEUES: `deal-inbox` is not name=address"), "{error}");
    }
}
