//! What keeps the tables of the contexts in order: `replay`, `views`, `fsck`. One file per command; the work is done by the
//! contexts themselves, page by page.

pub mod fsck;
pub mod replay;
pub mod views;

use serde_json::Value;

/// A number in an answer.
fn number(answer: &Value, member: &str) -> u64 {
    answer.get(member).and_then(Value::as_u64).unwrap_or_default()
}

/// The page after this one, if there is one.
fn next(answer: &Value) -> Option<Value> {
    answer.get("next").filter(|next| !next.is_null()).cloned()
}
