use std::fmt;
use std::str::FromStr;

use kernel::text::comparable;

/// Longest tag, in characters.
const LONGEST: usize = 40;

/// A word to group parties by, in the form in which names are compared: `Raffia` and `raffia` are one tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

/// A text that is not a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {LONGEST} characters without control characters")]
pub struct TagError;

impl Tag {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tag = comparable(text);
        let fits = (1..=LONGEST).contains(&tag.chars().count()) && !tag.chars().any(char::is_control);
        if fits { Ok(Self(tag)) } else { Err(TagError) }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

kernel::text_serde!(Tag, "^.{1,40}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_one_spelling() {
        assert_eq!(" Raffia ".parse::<Tag>().unwrap().as_str(), "raffia");
        for text in ["", " ", &"x".repeat(41)] {
            assert_eq!(text.parse::<Tag>(), Err(TagError), "{text:?}");
        }
    }
}
