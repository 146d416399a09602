//! Text a person typed.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use kernel::text::words;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::body::{FromJson, Node};
use crate::faults::Faults;

/// One line of `MIN` to `MAX` characters: white space around it is dropped, control characters and line breaks are
/// refused, everything else (any script, markup, emoji) is kept as it is. Escaping is the business of who shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

/// Several lines of 1 to `MAX` characters: as [`Text`], but line breaks (normalized to `\n`) and tabs are allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note<const MAX: usize>(String);

/// What somebody searches for: 1 to `MAX` characters with at least one letter or digit, of `MOST` words at most. A search for
/// nothing would list everything, and each further word costs a comparison of everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Words<const MAX: usize, const MOST: usize>(String);

/// A secret of `MIN` to `MAX` characters, exactly as typed. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Secret<MIN, MAX> {
    /// The secret itself; never to be logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for Secret<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<const MIN: usize, const MAX: usize> FromJson for Secret<MIN, MAX> {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = node.text(faults)?;
        within(node, text, MIN, MAX, faults)?;
        Some(Self(text.to_owned()))
    }
}

impl<const MIN: usize, const MAX: usize> FromJson for Text<MIN, MAX> {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = node.text(faults)?.trim();
        within(node, text, MIN, MAX, faults)?;
        if text.chars().any(is_forbidden) {
            node.fault("control-character", "must be one line without control characters", faults);
            return None;
        }
        Some(Self(text.to_owned()))
    }
}

impl<const MAX: usize, const MOST: usize> FromJson for Words<MAX, MOST> {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text: Text<1, MAX> = Text::from_json(node, faults)?;
        match words(&text).len() {
            0 => node.fault("no-words", "must have at least one letter or digit", faults),
            count if count > MOST => {
                node.fault("too-many-words", format!("must have at most {MOST} words"), faults);
            }
            _ => return Some(Self(text.into_string())),
        }
        None
    }
}

impl<const MAX: usize> FromJson for Note<MAX> {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = node.text(faults)?.trim().replace("\r\n", "\n");
        within(node, &text, 1, MAX, faults)?;
        if text.chars().any(|c| is_forbidden(c) && c != '\n' && c != '\t') {
            node.fault("control-character", "must not contain control characters", faults);
            return None;
        }
        Some(Self(text))
    }
}

/// Control characters, and the two Unicode line separators that would break a line in a log or a message.
fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn within(node: &Node<'_>, text: &str, min: usize, max: usize, faults: &mut Faults) -> Option<()> {
    // Counting stops as soon as the text is known to be too long.
    let chars = text.chars().take(max.saturating_add(1)).count();
    if chars == 0 && min > 0 {
        node.fault("empty", "must not be empty", faults);
    } else if chars < min {
        node.fault("too-short", format!("must have at least {min} characters"), faults);
    } else if chars > max {
        node.fault("too-long", format!("must have at most {max} characters"), faults);
    } else {
        return Some(());
    }
    None
}

macro_rules! text_like {
    ($name:ident, [$($param:ident),+], $min:expr, $max:expr) => {
        impl<$(const $param: usize),+> $name<$($param),+> {
            /// As text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl<$(const $param: usize),+> Deref for $name<$($param),+> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl<$(const $param: usize),+> From<$name<$($param),+>> for String {
            fn from(text: $name<$($param),+>) -> Self {
                text.0
            }
        }

        impl<$(const $param: usize),+> fmt::Display for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        text_schema!($name, [$($param),+], { "type": "string", "minLength": $min, "maxLength": $max });
    };
}

macro_rules! text_schema {
    ($name:ident, [$($param:ident),+], $schema:tt) => {
        impl<$(const $param: usize),+> JsonSchema for $name<$($param),+> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

text_like!(Text, [MIN, MAX], MIN, MAX);
text_like!(Note, [MAX], 1, MAX);
text_like!(Words, [MAX, MOST], 1, MAX);
text_schema!(Secret, [MIN, MAX], { "type": "string", "minLength": MIN, "maxLength": MAX, "format": "password" });
