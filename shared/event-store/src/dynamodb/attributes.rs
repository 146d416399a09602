use aws_sdk_dynamodb::types::AttributeValue;

use super::SdkItem;
use crate::item::{Attribute, Item, ItemError};

impl Item {
    /// As the SDK carries it.
    pub(super) fn into_sdk(self) -> SdkItem {
        let typed = |(name, attribute)| match attribute {
            Attribute::Text(text) => (name, AttributeValue::S(text)),
            Attribute::Number(digits) => (name, AttributeValue::N(digits)),
        };
        self.into_attributes().map(typed).collect()
    }

    /// From what the SDK read.
    pub(super) fn from_sdk(attributes: SdkItem) -> Result<Self, ItemError> {
        let mut item = Self::default();
        for (name, value) in attributes {
            let attribute = match value {
                AttributeValue::S(text) => Attribute::Text(text),
                AttributeValue::N(digits) => Attribute::Number(digits),
                _ => return Err(ItemError::Type(name)),
            };
            item.insert(name, attribute);
        }
        Ok(item)
    }
}

/// A text as the SDK carries it.
pub(super) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}
