//! One text per value, for fingerprints.

use super::Json;

/// The value in the JSON Canonicalization Scheme (RFC 8785): no white space, members ordered by the UTF-16 code units
/// of their names, minimal escapes.
///
/// One deviation: RFC 8785 prints numbers by way of an IEEE double, which would make two quantities that differ in the
/// 17th digit equal. Numbers are normalized exactly instead, as `<digits>e<exponent>` without trailing zeros, so that
/// `27000`, `27000.0` and `2.7e4` agree and nothing else does.
#[must_use]
pub fn to_canonical(value: &Json<'_>) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Json<'_>, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(literal) => number(literal, out),
        Json::String(text) => string(text, out),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            let mut ordered: Vec<_> = members.iter().collect();
            ordered.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, (name, item)) in ordered.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(name, out);
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
    }
}

/// `serde_json` escapes exactly what RFC 8785 asks for: `"`, `\`, and the control characters, short forms first.
fn string(text: &str, out: &mut String) {
    match serde_json::to_string(text) {
        Ok(quoted) => out.push_str(&quoted),
        Err(_) => out.push_str(text),
    }
}

/// Digits without leading or trailing zeros and the power of ten they stand at. `literal` is a JSON number.
fn number(literal: &str, out: &mut String) {
    let (sign, magnitude) = literal.strip_prefix('-').map_or(("", literal), |rest| ("-", rest));
    let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        out.push('0');
        return;
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    // An exponent that no integer holds stays as it was written: still one text per literal.
    match exponent.parse::<i64>() {
        Ok(power) => {
            let shift = i64::try_from(trailing).unwrap_or(0) - i64::try_from(fraction.len()).unwrap_or(0);
            let power = i128::from(power) + i128::from(shift);
            out.push_str(&format!("{sign}{significant}e{power}"));
        }
        Err(_) => out.push_str(literal),
    }
}
