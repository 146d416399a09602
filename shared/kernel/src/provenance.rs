//! Who did something, for whom, and what led to it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $longest:literal, $allowed:expr, $message:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// As text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = ProvenanceError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let allowed: fn(u8) -> bool = $allowed;
                if !text.is_empty() && text.len() <= $longest && text.bytes().all(allowed) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(ProvenanceError($message))
                }
            }
        }

        crate::text_serde!($name, concat!("^.{1,", $longest, "}$"));
    };
}

/// A text that cannot name a tenant, an actor or a correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProvenanceError(&'static str);

short_text!(
    /// The firm whose data it is. First part of every key.
    Tenant, 32, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-',
    "a tenant is 1 to 32 of a-z, 0-9 and -"
);

short_text!(
    /// Who acted: a user id, or `system:<context>` for a reaction or a schedule.
    Actor, 128, |b| b.is_ascii_graphic(),
    "an actor is 1 to 128 visible ASCII characters"
);

short_text!(
    /// Ties together all that one request led to, across functions.
    CorrelationId, 128, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'),
    "a correlation id is 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-'"
);

impl Actor {
    /// The actor of what `context` does by itself.
    #[must_use]
    pub fn system(context: &'static str) -> Self {
        Self(format!("system:{context}"))
    }
}

/// A W3C trace context `traceparent`, version 00 (<https://www.w3.org/TR/trace-context/>).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Traceparent(String);

impl Traceparent {
    /// From a 16-byte trace id and the first 8 bytes of `span` as the parent id; sampled.
    #[must_use]
    pub fn new(trace: uuid::Uuid, span: uuid::Uuid) -> Self {
        let span = span.simple().to_string();
        Self(format!("00-{}-{}-01", trace.simple(), span.get(16..).unwrap_or(&span)))
    }

    /// The same trace with `span` as the new parent.
    #[must_use]
    pub fn child(&self, span: uuid::Uuid) -> Self {
        let span = span.simple().to_string();
        let trace = self.0.get(3..35).unwrap_or_default();
        Self(format!("00-{trace}-{}-01", span.get(16..).unwrap_or(&span)))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Traceparent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Traceparent {
    type Err = ProvenanceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = |part: &str, len: usize| {
            part.len() == len && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let some = |part: &str| part.bytes().any(|b| b != b'0');
        let parts: Vec<&str> = text.split('-').collect();
        match parts.as_slice() {
            ["00", trace, span, flags]
                if hex(trace, 32) && hex(span, 16) && hex(flags, 2) && some(trace) && some(span) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(ProvenanceError("not a version 00 traceparent")),
        }
    }
}

crate::text_serde!(Traceparent, "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$");

/// What every commit records about where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Whose data it is.
    pub tenant: Tenant,
    /// Who acted.
    pub actor: Actor,
    /// What it belongs to.
    pub correlation: CorrelationId,
    /// The fact or command that led to it, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<String>,
    /// The trace it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<Traceparent>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_id_cannot_carry_a_line_break_into_the_log() {
        assert!("abc\ndef".parse::<CorrelationId>().is_err());
        assert!("".parse::<CorrelationId>().is_err());
        assert!("a".repeat(129).parse::<CorrelationId>().is_err());
        assert!("req-1.A_b".parse::<CorrelationId>().is_ok());
    }

    #[test]
    fn a_child_keeps_the_trace_and_changes_the_parent() {
        let parent = Traceparent::new(uuid::Uuid::from_u128(7), uuid::Uuid::from_u128(8));
        let child = parent.child(uuid::Uuid::from_u128(9));
        assert_eq!(parent.as_str().get(..36), child.as_str().get(..36));
        assert_ne!(parent, child);
        assert_eq!(child.as_str().parse::<Traceparent>().as_ref(), Ok(&child));
    }

    #[test]
    fn all_zero_ids_are_not_a_traceparent() {
        assert!("00-00000000000000000000000000000000-0000000000000001-01".parse::<Traceparent>().is_err());
        assert!("00-00000000000000000000000000000001-0000000000000000-01".parse::<Traceparent>().is_err());
    }
}
