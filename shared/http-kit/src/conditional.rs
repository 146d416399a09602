//! Versions and conditional requests (RFC 9110 §13).

use std::fmt;

use http::HeaderValue;
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;

/// A strong entity tag: of a resource the version of its stream, of a list a digest of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// Of version `version`.
    #[must_use]
    pub fn version(version: u64) -> Self {
        Self(format!("\"{version}\""))
    }

    /// Of exactly these bytes.
    #[must_use]
    pub fn of_content(content: &[u8]) -> Self {
        let digest = Sha256::digest(content);
        Self(format!("\"{}\"", hex::encode(digest.get(..16).unwrap_or(&digest))))
    }

    /// As it stands in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag in a header we wrote ourselves.
    pub(crate) fn from_header(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn to_header(&self) -> HeaderValue {
        // Digits and hexadecimal digits in quotes are a valid header value.
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("\"\""))
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The version(s) a change was made from: the `If-Match` header. Required wherever it is extracted: 428 without it.
///
/// `*` is refused (400): it would match whatever somebody else wrote in the meantime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Vec<ETag>);

impl IfMatch {
    /// Reads the header's text; `None` when it is not a list of entity tags.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let tags = parse_tags(text)?;
        // A weak tag never matches in If-Match (RFC 9110 §13.1.1).
        Some(Self(tags.into_iter().filter(|tag| !tag.weak).map(|tag| ETag(tag.opaque.to_owned())).collect()))
    }

    /// Whether the change was made from `version`.
    #[must_use]
    pub fn allows(&self, version: u64) -> bool {
        self.0.contains(&ETag::version(version))
    }

    /// Passes when the change was made from `current`.
    ///
    /// # Errors
    /// 412 that names the current version.
    pub fn require(&self, current: u64) -> Result<(), Problem> {
        if self.allows(current) { Ok(()) } else { Err(Problem::precondition_failed(&ETag::version(current))) }
    }

    /// The version the change was made from, for commands that carry the one they expect. Where the header names no
    /// version, a weak one or several, that is a version nothing ever has: such a change is stale, not unconditional.
    #[must_use]
    pub fn expected(&self) -> u64 {
        match self.0.as_slice() {
            [ETag(tag)] => tag.trim_matches('"').parse().unwrap_or(u64::MAX),
            _ => u64::MAX,
        }
    }
}

/// What the client has already: the `If-None-Match` header, possibly absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IfNoneMatch(Vec<ETag>, bool);

impl IfNoneMatch {
    /// Reads the header's text. What cannot be read matches nothing, so the full answer is sent.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.trim() == "*" {
            return Self(Vec::new(), true);
        }
        let tags = parse_tags(text).unwrap_or_default();
        // Weak comparison (RFC 9110 §13.1.2): an intermediary may have weakened our tag.
        Self(tags.into_iter().map(|tag| ETag(tag.opaque.to_owned())).collect(), false)
    }

    /// Whether the client has `current` already: answer 304.
    #[must_use]
    pub fn has(&self, current: &ETag) -> bool {
        self.1 || self.0.contains(current)
    }
}

struct Tag<'a> {
    weak: bool,
    /// With its quotes.
    opaque: &'a str,
}

/// `"a", W/"b"`. An entity tag holds visible characters other than the quote, so a comma may be inside one.
fn parse_tags(text: &str) -> Option<Vec<Tag<'_>>> {
    let mut rest = text.trim();
    let mut tags = Vec::new();
    while !rest.is_empty() {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |r| (true, r));
        let inner = quoted.strip_prefix('"')?;
        let length = inner.find('"')?;
        let opaque = quoted.get(..length + 2)?;
        if inner.get(..length)?.chars().any(|c| c.is_control() || c == ' ') {
            return None;
        }
        tags.push(Tag { weak, opaque });
        rest = quoted.get(length + 2..)?.trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if rest.is_empty() => {}
            None => return None,
        }
    }
    (!tags.is_empty()).then_some(tags)
}
