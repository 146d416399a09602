//! Lists with bounds in their type.

use std::borrow::Cow;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::body::{FromJson, Node, Within};
use crate::faults::Faults;

/// A list of `MIN` to `MAX` items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Items<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> Items<T, MIN, MAX> {
    /// The items.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> Deref for Items<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> IntoIterator for Items<T, MIN, MAX> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<Via, T: FromJson<Via>, const MIN: usize, const MAX: usize> FromJson<Within<Via>> for Items<T, MIN, MAX> {
    /// When there are too many items, they are not read.
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let count = node.items(faults)?.len();
        if count > MAX {
            node.fault("too-many", format!("must have at most {MAX} items, not {count}"), faults);
            return None;
        }
        if count < MIN {
            node.fault(
                "too-few",
                format!("must have at least {MIN} {}", if MIN == 1 { "item" } else { "items" }),
                faults,
            );
            return None;
        }
        Vec::from_json(node, faults).map(Self)
    }
}

impl<T: JsonSchema, const MIN: usize, const MAX: usize> JsonSchema for Items<T, MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Items_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Vec::<T>::json_schema(generator);
        schema.insert("minItems".into(), MIN.into());
        schema.insert("maxItems".into(), MAX.into());
        schema
    }
}
