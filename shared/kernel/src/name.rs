//! What people call something, and when two names are the same: for whatever is found by its name and has it to itself.

use std::fmt;
use std::str::FromStr;

use crate::text::comparable;

/// Longest name, in characters.
const LONGEST: usize = 120;

/// Longest form in which a name is compared, in bytes: it stands in the sort key of an index, which takes 1,024
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>). Only decomposed scripts get near.
const LONGEST_KEY_BYTES: usize = 900;

/// A name as it was typed: 1 to 120 characters without control characters, no white space around it, and at least
/// one letter or digit to find it by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// A text that is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be 1 to {LONGEST} characters without control characters, at least one of them a letter or digit"
)]
pub struct NameError;

impl Name {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let length_fits = (1..=LONGEST).contains(&text.chars().count());
        let one_line = !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
        let key = comparable(text);
        let findable = key.contains(char::is_alphanumeric) && key.len() <= LONGEST_KEY_BYTES;
        if length_fits && one_line && findable { Ok(Self(text.to_owned())) } else { Err(NameError) }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::text_serde!(Name, r"^\S(.{0,118}\S)?$");

/// A name in the form in which names are compared: without regard to case, accents, the kind of hyphen or blank. Two names
/// are the same when their keys are, for whoever gives names and for whoever looks one up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(String);

impl NameKey {
    /// The key of a name.
    #[must_use]
    pub fn of(name: &Name) -> Self {
        Self(comparable(name.as_str()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NameKey {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(|name| Self::of(&name))
    }
}

impl fmt::Display for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::text_serde!(NameKey, "^.+$");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> NameKey {
        text.parse().unwrap()
    }

    #[test]
    fn a_name_is_kept_as_typed_and_compared_without_its_form() {
        let name: Name = " Ivory Ice\u{2011}cream Cups ".parse().unwrap();
        assert_eq!(name.as_str(), "Ivory Ice\u{2011}cream Cups");
        assert_eq!(NameKey::of(&name), key("IVORY  ICE-CREAM CUPS"));
        assert_eq!(key("Shrée Plastics"), key("Shree\u{a0}plastics"));
        assert_ne!(key("Shree Plastics"), key("Shree Plastic"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "  ", "a\nb", "a\u{2028}b", "- / &", &"x".repeat(121), &"\u{fdfa}".repeat(100)] {
            assert_eq!(text.parse::<Name>(), Err(NameError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(text in "\\PC{1,40}") {
            if let Ok(name) = text.parse::<Name>() {
                let once = NameKey::of(&name);
                prop_assert_eq!(comparable(once.as_str()), once.as_str());
            }
        }

        #[test]
        fn a_non_breaking_hyphen_is_no_other_name(left in "[A-Za-zé ]{1,12}", right in "[A-Za-z ]{1,12}") {
            let (plain, fancy) = (format!("{left}x-{right}"), format!("{left}x\u{2011}{right}"));
            prop_assert_eq!(key(&plain), key(&fancy));
        }
    }
}
