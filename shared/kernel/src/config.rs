//! A function's settings: read once, every missing or wrong one named at once.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Mutex;

/// The settings a process was started with.
#[derive(Debug, Default)]
pub struct Env {
    values: BTreeMap<String, String>,
    faults: Mutex<Vec<String>>,
}

/// Settings that are missing or wrong; the process cannot start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("configuration: {}", .0.join("; "))]
pub struct ConfigError(Vec<String>);

impl Env {
    /// From the process environment.
    #[must_use]
    pub fn from_process() -> Self {
        Self { values: std::env::vars().collect(), faults: Mutex::default() }
    }

    /// From given pairs.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let values = pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        Self { values, faults: Mutex::default() }
    }

    /// The value, when it is set and not blank.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// The value; when it is missing, notes the fault and gives an empty text, so that all faults are found before
    /// [`Env::finish`] refuses to go on.
    #[must_use]
    pub fn required(&self, name: &str) -> String {
        self.optional(name).map_or_else(
            || {
                self.fault(format!("{name} is not set"));
                String::new()
            },
            str::to_owned,
        )
    }

    /// The value read as `T`; a missing or unreadable one is noted and replaced by `fallback`.
    #[must_use]
    pub fn parsed<T: FromStr>(&self, name: &str, fallback: T) -> T
    where
        T::Err: std::fmt::Display,
    {
        match self.optional(name).map(str::parse) {
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                self.fault(format!("{name}: {error}"));
                fallback
            }
            None => fallback,
        }
    }

    /// The value read as a `T` that has no stand-in. Ask for these last: the refusal carries the faults noted so far.
    ///
    /// # Errors
    /// Every fault noted so far, a missing or unreadable value included.
    pub fn demanded<T: FromStr>(&self, name: &str) -> Result<T, ConfigError>
    where
        T::Err: std::fmt::Display,
    {
        let value = match self.required(name) {
            missing if missing.is_empty() => None,
            text => text.parse().map_err(|error| self.fault(format!("{name}: {error}"))).ok(),
        };
        self.finish(())?;
        value.ok_or_else(|| ConfigError(vec![format!("{name} is not set")]))
    }

    /// Notes a fault found by the caller.
    pub fn fault(&self, fault: String) {
        self.faults.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(fault);
    }

    /// Gives `config` when nothing was missing or wrong.
    ///
    /// # Errors
    /// Every fault noted so far.
    pub fn finish<T>(&self, config: T) -> Result<T, ConfigError> {
        let faults = self.faults.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if faults.is_empty() { Ok(config) } else { Err(ConfigError(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demanded_setting_is_refused_together_with_the_faults_before_it() {
        let env = Env::from_pairs([("TENANT", "Main Street"), ("N", "7")]);
        assert_eq!(env.demanded::<u32>("N"), Ok(7));
        let missing = env.required("A");
        assert!(missing.is_empty());
        let error = env.demanded::<crate::Tenant>("TENANT").unwrap_err().to_string();
        assert!(error.contains("A is not set") && error.contains("TENANT: a tenant is"), "{error}");
    }

    #[test]
    fn every_missing_setting_is_named_at_once() {
        let env = Env::from_pairs([("A", " "), ("N", "seven")]);
        let config = (env.required("A"), env.required("B"), env.parsed("N", 1_u32));
        let error = env.finish(config).unwrap_err().to_string();
        for name in ["A is not set", "B is not set", "N: "] {
            assert!(error.contains(name), "{error}");
        }
    }
}
