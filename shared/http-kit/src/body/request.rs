//! One declaration of what a request carries.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::body::FromJson;

/// Declares what a body or a query string carries: one declaration gives the struct, its [`FromJson`]
/// and its JSON Schema.
///
/// Names are sent in camelCase. Unknown fields are refused. A field must be there unless its type says otherwise
/// (`Option`, [`Patch`](crate::Patch)) or it has a default (`= value`). Documentation is required: it becomes the
/// description in the OpenAPI document.
///
/// ```
/// use http_kit::{Items, Text, request_body};
/// use kernel::{BusinessDate, PositiveKg};
///
/// request_body! {
///     /// A thing to be made.
///     pub struct MakeThing {
///         /// What to call it.
///         pub display_name: Text<1, 100>,
///         /// How heavy it is.
///         pub weight_kg: PositiveKg,
///         /// When it is due.
///         pub due: Option<BusinessDate>,
///         /// Words to find it by.
///         pub tags: Items<Text<1, 20>, 0, 5>,
///         /// Whether to wrap it.
///         pub wrapped: bool = false,
///     }
/// }
/// # use http_kit::{Faults, FromJson, Node};
/// # let parsed = http_kit::json::parse(br#"{"displayName":" A ","weightKg":"0.5","tags":[]}"#).unwrap();
/// # let thing = MakeThing::from_json(&Node::body(&parsed.root), &mut Faults::default()).unwrap();
/// # assert_eq!((&*thing.display_name, thing.wrapped), ("A", false));
/// ```
#[macro_export]
macro_rules! request_body {
    ($(#[doc = $doc:expr])* $vis:vis struct $name:ident {
        $($(#[doc = $field_doc:expr])* $field_vis:vis $field:ident : $type:ty $(= $default:expr)?),* $(,)?
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        $vis struct $name { $($(#[doc = $field_doc])* $field_vis $field: $type),* }

        impl $crate::FromJson for $name {
            fn from_json(node: &$crate::Node<'_>, faults: &mut $crate::Faults) -> Option<Self> {
                let mut reader = node.object(faults)?;
                $(let $field = $crate::request_body!(
                    @read reader, $type, $crate::camel_case!($field) $(, $default)?
                );)*
                reader.finish()?;
                Some(Self { $($field: $field?),* })
            }
        }

        impl $crate::__private::schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(
                generator: &mut $crate::__private::schemars::SchemaGenerator,
            ) -> $crate::__private::schemars::Schema {
                let mut object = $crate::__private::request::ObjectSchema::new(&[$($doc),*]);
                $(object.property::<$type, _>(
                    generator,
                    $crate::camel_case!($field),
                    &[$($field_doc),*],
                    $crate::request_body!(@defaulted $($default)?),
                );)*
                object.finish()
            }
        }
    };
    (@read $reader:ident, $type:ty, $name:expr) => { $reader.required::<$type, _>($name) };
    (@read $reader:ident, $type:ty, $name:expr, $default:expr) => { $reader.or::<$type, _>($name, $default) };
    (@defaulted) => { false };
    (@defaulted $default:expr) => { true };
}

/// The camelCase spelling of a snake_case identifier, worked out at compile time.
#[doc(hidden)]
#[macro_export]
macro_rules! camel_case {
    ($field:ident) => {{
        const SNAKE: &str = stringify!($field);
        const CAMEL: ([u8; SNAKE.len()], usize) = $crate::__private::request::camel(SNAKE);
        const NAME: &str = match std::str::from_utf8(CAMEL.0.split_at(CAMEL.1).0) {
            Ok(name) => name,
            Err(_) => SNAKE,
        };
        NAME
    }};
}

/// Drops each `_` and raises the ASCII letter after it; gives the bytes and how many of them count.
#[doc(hidden)]
#[must_use]
pub const fn camel<const N: usize>(snake: &str) -> ([u8; N], usize) {
    let bytes = snake.as_bytes();
    let mut out = [0; N];
    let (mut read, mut written, mut raise) = (0, 0, false);
    while read < bytes.len() {
        let byte = bytes[read];
        read += 1;
        if byte == b'_' {
            raise = written > 0;
        } else {
            out[written] = if raise { byte.to_ascii_uppercase() } else { byte };
            written += 1;
            raise = false;
        }
    }
    (out, written)
}

/// Joins the lines of a doc comment; a blank line separates paragraphs.
#[doc(hidden)]
#[must_use]
pub fn docs(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        if line.is_empty() {
            text.push_str("\n\n");
        } else {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    text.trim().to_owned()
}

/// Builds the schema of a declared struct.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectSchema {
    description: String,
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl ObjectSchema {
    /// An object described by `doc`.
    #[must_use]
    pub fn new(doc: &[&str]) -> Self {
        Self { description: docs(doc), properties: Map::new(), required: Vec::new() }
    }

    /// Adds a member.
    pub fn property<T: FromJson<Via> + JsonSchema, Via>(
        &mut self,
        generator: &mut SchemaGenerator,
        name: &str,
        doc: &[&str],
        defaulted: bool,
    ) {
        let mut schema = generator.subschema_for::<T>();
        let doc = docs(doc);
        if !doc.is_empty() {
            schema.insert("description".into(), doc.into());
        }
        self.properties.insert(name.to_owned(), schema.to_value());
        if !defaulted && T::absent().is_none() {
            self.required.push(name.into());
        }
    }

    /// The schema.
    #[must_use]
    pub fn finish(self) -> Schema {
        let mut map = Map::new();
        map.insert("type".into(), "object".into());
        map.insert("description".into(), self.description.into());
        map.insert("properties".into(), Value::Object(self.properties));
        if !self.required.is_empty() {
            map.insert("required".into(), Value::Array(self.required));
        }
        map.insert("additionalProperties".into(), false.into());
        map.into()
    }
}
