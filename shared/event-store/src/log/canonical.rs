//! Canonical JSON (RFC 8785, <https://www.rfc-editor.org/rfc/rfc8785>), written straight from a value. Commits are hashed on
//! every load; the general serializer buffers and re-reads each member, which took a third of a simulated day.

use serde_json::{Map, Number, Value};

use crate::BoxError;

/// Integers up to here are written alike by JSON and by ECMAScript, whose only number is a double.
const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Appends the canonical form of `value`.
pub(super) fn write(out: &mut Vec<u8>, value: &Value) -> Result<(), BoxError> {
    match value {
        Value::Object(members) => object(out, members),
        Value::Array(items) => array(out, items),
        Value::Number(number) => self::number(out, number),
        // RFC 8785 §3.2.2 escapes as `serde_json` does.
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(serde_json::to_writer(out, value)?),
    }
}

/// Members in order of their names' UTF-16 code units (§3.2.3).
fn object(out: &mut Vec<u8>, members: &Map<String, Value>) -> Result<(), BoxError> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    let mut separator = b'{';
    for (name, member) in sorted {
        out.push(separator);
        serde_json::to_writer(&mut *out, name)?;
        out.push(b':');
        write(out, member)?;
        separator = b',';
    }
    if members.is_empty() {
        out.push(b'{');
    }
    out.push(b'}');
    Ok(())
}

fn array(out: &mut Vec<u8>, items: &[Value]) -> Result<(), BoxError> {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item)?;
    }
    out.push(b']');
    Ok(())
}

fn number(out: &mut Vec<u8>, number: &Number) -> Result<(), BoxError> {
    let magnitude = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
    if magnitude.is_some_and(|integer| integer <= SAFE_INTEGER) {
        return Ok(serde_json::to_writer(out, number)?);
    }
    out.extend(serde_json_canonicalizer::to_vec(number)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn canonical(value: &Value) -> String {
        let mut out = Vec::new();
        write(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaves = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1000_i64..1000).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaves.prop_recursive(4, 48, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_what_the_general_serializer_writes(value in values()) {
            prop_assert_eq!(canonical(&value), serde_json_canonicalizer::to_string(&value).unwrap());
        }
    }

    #[test]
    fn names_are_sorted_by_utf_16_and_numbers_are_doubles() {
        let value = json!({ "\u{fb33}": 1, "\u{1f600}": 2, "\n": -0.0, "b": [], "a": {}, "n": 9_007_199_254_740_993_u64 });
        let expected = "{\"\\n\":0,\"a\":{},\"b\":[],\"n\":9007199254740992,\"\u{1f600}\":2,\"\u{fb33}\":1}";
        assert_eq!(canonical(&value), expected);
    }
}
