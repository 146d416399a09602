use std::fmt;
use std::str::FromStr;

use kernel::Tenant;

/// Names one stream: whose it is, of which kind, and which one. Printed `T#<tenant>#<kind>#<key>`, which is also the
/// partition key in the log table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    tenant: Tenant,
    kind: String,
    key: String,
}

/// A text that does not name a stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not name a stream")]
pub struct StreamIdError(String);

impl StreamId {
    /// Names the stream of an entity. `key` is the printed identifier, e.g. `deal_0190…`.
    #[must_use]
    pub fn new(tenant: Tenant, kind: &str, key: impl fmt::Display) -> Self {
        Self { tenant, kind: kind.to_owned(), key: key.to_string() }
    }

    /// Whose it is.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The kind of aggregate.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Which one of its kind.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T#{}#{}#{}", self.tenant, self.kind, self.key)
    }
}

impl FromStr for StreamId {
    type Err = StreamIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(4, '#');
        match (parts.next(), parts.next().map(str::parse), parts.next(), parts.next()) {
            (Some("T"), Some(Ok(tenant)), Some(kind), Some(key)) if !kind.is_empty() && !key.is_empty() => {
                Ok(Self { tenant, kind: kind.to_owned(), key: key.to_owned() })
            }
            _ => Err(StreamIdError(text.to_owned())),
        }
    }
}

kernel::text_serde!(StreamId, "^T#[^#]+#[^#]+#.+$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_hold_the_separator() {
        let id = StreamId::new("main".parse().unwrap(), "guard", "a#b");
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}
