//! Choices by name.

use crate::body::Node;
use crate::faults::{Faults, shortened};

/// Declares an enum whose variants are sent by name; an unknown name is refused with the list of the known ones.
///
/// ```
/// http_kit::request_enum! {
///     /// Who moves the goods.
///     pub enum DeliveryTerms {
///         /// We bring them.
///         Delivered => "delivered",
///         /// The customer fetches them.
///         Pickup => "pickup",
///     }
/// }
/// assert_eq!(DeliveryTerms::Pickup.as_str(), "pickup");
/// ```
#[macro_export]
macro_rules! request_enum {
    ($(#[doc = $doc:expr])* $vis:vis enum $name:ident {
        $($(#[doc = $variant_doc:expr])* $variant:ident => $text:literal),+ $(,)?
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[doc = $variant_doc])* $variant),+ }

        impl $name {
            /// The name that is sent.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl $crate::FromJson for $name {
            fn from_json(node: &$crate::Node<'_>, faults: &mut $crate::Faults) -> Option<Self> {
                $crate::__private::request_enum::choose(node, &[$(($text, Self::$variant)),+], faults)
            }
        }

        impl $crate::__private::schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(
                _: &mut $crate::__private::schemars::SchemaGenerator,
            ) -> $crate::__private::schemars::Schema {
                $crate::__private::schemars::json_schema!({
                    "type": "string",
                    "enum": [$($text),+],
                    "description": $crate::__private::request::docs(&[$($doc),*]),
                })
            }
        }
    };
}

/// Finds the variant of the string at `node`.
#[doc(hidden)]
pub fn choose<T: Copy>(node: &Node<'_>, variants: &[(&str, T)], faults: &mut Faults) -> Option<T> {
    let text = node.text(faults)?;
    let found = variants.iter().find(|(name, _)| *name == text).map(|(_, variant)| *variant);
    if found.is_none() {
        let names: Vec<_> = variants.iter().map(|(name, _)| format!("{name:?}")).collect();
        let detail = format!("must be one of {}, not {:?}", names.join(", "), shortened(text));
        node.fault("unknown-value", detail, faults);
    }
    found
}
