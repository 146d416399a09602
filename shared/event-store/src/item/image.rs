use serde_json::{Map, Value, json};

use super::{Attribute, GUARD_SK, Item, ItemError};
use crate::log::{AppendError, Commit};

/// The commit of a stream record's `NewImage`, which is DynamoDB JSON: `{"pk": {"S": "T#main#…"}, …}`. `None` for items
/// of the log table that are not commits: uniqueness guards.
///
/// # Errors
/// [`ItemError`] when the image is not an item of a log table.
pub fn commit_from_image(image: &Value) -> Result<Option<Commit>, ItemError> {
    let item = Item::from_image(image)?;
    if item.is_guard() { Ok(None) } else { item.into_commit().map(Some) }
}

/// A commit as the `NewImage` of its stream record: what [`commit_from_image`] reads.
///
/// # Errors
/// [`AppendError`] when the commit could not have been stored.
pub fn commit_to_image(commit: &Commit) -> Result<Value, AppendError> {
    let typed = |(name, attribute)| match attribute {
        Attribute::Text(text) => (name, json!({ "S": text })),
        Attribute::Number(digits) => (name, json!({ "N": digits })),
    };
    Ok(Value::Object(Item::from_commit(commit)?.into_attributes().map(typed).collect::<Map<_, _>>()))
}

impl Item {
    fn from_image(image: &Value) -> Result<Self, ItemError> {
        let mut item = Self::default();
        for (name, value) in image.as_object().ok_or_else(|| ItemError::Type("NewImage".to_owned()))? {
            let text = |kind| value.get(kind).and_then(Value::as_str).map(str::to_owned);
            let attribute = text("S").map(Attribute::Text).or_else(|| text("N").map(Attribute::Number));
            item.insert(name.clone(), attribute.ok_or_else(|| ItemError::Type(name.clone()))?);
        }
        Ok(item)
    }

    fn is_guard(&self) -> bool {
        self.0.get("sk") == Some(&Attribute::Text(GUARD_SK.to_owned()))
    }
}
