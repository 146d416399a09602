//! Fields of spans and events as JSON fragments.

use std::error::Error;
use std::fmt;

use tracing::field::{Field, Visit};

/// The longest text a field keeps, in bytes. A line that CloudWatch would cut (256 KB) is never written.
const LONGEST_TEXT: usize = 4096;

/// Named values, each already JSON. A later value of a name replaces the earlier one.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Takes over what `outer` has and `self` has not.
    pub(crate) fn inherit(&mut self, outer: &Self) {
        for (name, json) in &outer.0 {
            if !self.0.iter().any(|(known, _)| known == name) {
                self.0.push((name, json.clone()));
            }
        }
    }

    /// In the order they were first set.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, json)| (*name, json.as_str()))
    }

    fn set(&mut self, field: &Field, json: String) {
        let name = field.name();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = json,
            None => self.0.push((name, json)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no NaN and no infinity.
        let json = if value.is_finite() { value.to_string() } else { text(&value.to_string()) };
        self.set(field, json);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.to_string());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.to_string());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.to_string());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, text(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field, text(&kernel::error::chain(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, text(&format!("{value:?}")));
    }
}

/// `value` as a JSON string, cut at [`LONGEST_TEXT`].
pub(crate) fn text(value: &str) -> String {
    let cut = if value.len() <= LONGEST_TEXT {
        value
    } else {
        let mut end = LONGEST_TEXT;
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        value.get(..end).unwrap_or_default()
    };
    serde_json::Value::from(cut).to_string()
}
