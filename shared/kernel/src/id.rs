//! Typed identifiers.

/// Why a text is not an identifier of the expected kind, whose prefix it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not the identifier of an aggregate.
    #[error("must be an identifier of the form {0}_ followed by 32 hexadecimal digits")]
    Aggregate(&'static str),
    /// Not the identifier of an entity inside an aggregate.
    #[error("must be an identifier of the form {0}_ followed by 32 hexadecimal digits, _ and a number")]
    Member(&'static str),
}

/// Reads `<prefix>_<32 lower-case hex digits>`.
///
/// # Errors
/// [`IdError::Aggregate`] when the text has another prefix, length or alphabet. One identifier has one spelling.
pub fn parse(prefix: &'static str, text: &str) -> Result<uuid::Uuid, IdError> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|hex| hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
        .and_then(|hex| uuid::Uuid::try_parse(hex).ok())
        .ok_or(IdError::Aggregate(prefix))
}

/// Reads `<prefix>_<32 lower-case hex digits>_<number from 1>`.
///
/// # Errors
/// [`IdError::Member`] when the text is spelled in any other way.
pub fn parse_member(prefix: &'static str, text: &str) -> Result<(uuid::Uuid, u32), IdError> {
    let wrong = IdError::Member(prefix);
    let (root, number) = text.rsplit_once('_').ok_or(wrong)?;
    let root = parse(prefix, root).map_err(|_| wrong)?;
    let plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    let number = number.parse().ok().filter(|_| plain).ok_or(wrong)?;
    Ok((root, number))
}

/// Declares an identifier: a UUID that prints, parses and serializes with its kind in front (`deal_0190…`).
///
/// ```
/// kernel::typed_id!(
///     /// Identifies a thing.
///     ThingId, "thing"
/// );
/// let id: ThingId = "thing_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap();
/// assert_eq!(id.to_string(), "thing_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f");
/// assert!("other_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse::<ThingId>().is_err());
/// ```
#[macro_export]
macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::reexport::uuid::Uuid);

        impl $name {
            /// Wraps a UUID made by an [`IdSource`]($crate::IdSource) or derived from its cause.
            #[must_use]
            pub const fn new(uuid: $crate::reexport::uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID.
            #[must_use]
            pub const fn uuid(self) -> $crate::reexport::uuid::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::parse($prefix, text).map(Self)
            }
        }

        $crate::text_serde!($name, concat!("^", $prefix, "_[0-9a-f]{32}$"));
    };
}

/// Declares the identifier of an entity inside an aggregate: the aggregate's identifier and a number that is unique
/// within it (`lot_<32 hex digits of the product>_7`). It leads to its aggregate's stream without a look-up.
#[macro_export]
macro_rules! member_id {
    ($(#[$doc:meta])* $name:ident of $root:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            root: $root,
            number: u32,
        }

        impl $name {
            /// The entity with this number in this aggregate.
            #[must_use]
            pub const fn new(root: $root, number: u32) -> Self {
                Self { root, number }
            }

            /// The aggregate it belongs to.
            #[must_use]
            pub const fn root(self) -> $root {
                self.root
            }

            /// Its number within the aggregate, from 1.
            #[must_use]
            pub const fn number(self) -> u32 {
                self.number
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}_{}"), self.root.uuid().simple(), self.number)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let (root, number) = $crate::id::parse_member($prefix, text)?;
                Ok(Self { root: $root::new(root), number })
            }
        }

        $crate::text_serde!($name, concat!("^", $prefix, "_[0-9a-f]{32}_[1-9][0-9]*$"));
    };
}

/// Serializes a type as its `Display` text, reads it back by `FromStr`, and describes it as a string of `pattern`.
#[macro_export]
macro_rules! text_serde {
    ($name:ident, $pattern:expr) => {
        impl $crate::reexport::serde::Serialize for $name {
            fn serialize<S: $crate::reexport::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::reexport::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::reexport::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as $crate::reexport::serde::Deserialize>::deserialize(
                    deserializer,
                )?;
                text.parse().map_err($crate::reexport::serde::de::Error::custom)
            }
        }

        impl $crate::reexport::schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(
                _: &mut $crate::reexport::schemars::SchemaGenerator,
            ) -> $crate::reexport::schemars::Schema {
                $crate::reexport::schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    typed_id!(
        /// Identifies a thing.
        ThingId, "thing"
    );

    member_id!(
        /// Identifies a part.
        PartId of ThingId, "part"
    );

    #[test]
    fn a_member_leads_to_its_aggregate() {
        let part: PartId = "part_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f_12".parse().unwrap();
        assert_eq!(part.root().to_string(), "thing_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f");
        assert_eq!((part.number(), part.to_string().parse()), (12, Ok(part)));
        assert_eq!(PartId::new(part.root(), 12), part);
        for other in ["_0", "_01", "_+1", "_", "", "_4294967296", "_1_1"] {
            assert!(
                format!("part_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f{other}").parse::<PartId>().is_err(),
                "{other:?}"
            );
        }
    }

    #[test]
    fn one_identifier_has_one_spelling() {
        let text = "thing_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f";
        assert_eq!(text.parse::<ThingId>().unwrap().to_string(), text);
        for other in [
            "thing_0190F3C2A1B27C3D8E4F5A6B7C8D9E0F",
            "thing_0190f3c2-a1b2-7c3d-8e4f-5a6b7c8d9e0f",
            "thing0190f3c2a1b27c3d8e4f5a6b7c8d9e0f",
            "thing_",
            "",
        ] {
            assert!(other.parse::<ThingId>().is_err(), "{other:?}");
        }
    }
}
