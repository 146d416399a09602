//! Exact decimal text ⇄ scaled integers. Never rounds, never passes through a float.

/// Why a text is not the decimal that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not of the form `-?digits[.digits]`. Exponents, signs other than `-`, blanks and separators are refused.
    #[error("must be a plain decimal number such as 27000 or 123.75")]
    Malformed,
    /// More decimals than the unit carries; rounding would be silent.
    #[error("must have at most {0} decimals")]
    TooPrecise(u32),
    /// Larger than the unit can hold.
    #[error("is too large")]
    OutOfRange,
}

/// Longest accepted text: far above any representable value, far below an attack.
const LONGEST: usize = 64;

/// Reads `text` as an integer number of `10^-scale` units.
///
/// Trailing zeros beyond the scale are exact and therefore accepted (`1.5000` at scale 3).
///
/// # Errors
/// [`DecimalError`] naming the first thing wrong with the text.
pub fn parse(text: &str, scale: u32) -> Result<i128, DecimalError> {
    if text.is_empty() || text.len() > LONGEST {
        return Err(if text.len() > LONGEST { DecimalError::OutOfRange } else { DecimalError::Malformed });
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(DecimalError::Malformed),
        None => (digits, ""),
    };
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return Err(DecimalError::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    let width = usize::try_from(scale).map_err(|_| DecimalError::OutOfRange)?;
    if fraction.len() > width {
        return Err(DecimalError::TooPrecise(scale));
    }
    let padding = std::iter::repeat_n(b'0', width - fraction.len());
    let mut units: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        units = units
            .checked_mul(10)
            .and_then(|u| u.checked_add(i128::from(digit - b'0')))
            .ok_or(DecimalError::OutOfRange)?;
    }
    Ok(if negative { -units } else { units })
}

/// Writes `units` of `10^-scale` with exactly `scale` decimals.
#[must_use]
pub fn format(units: i128, scale: u32) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let magnitude = units.unsigned_abs();
    if scale == 0 {
        return format!("{sign}{magnitude}");
    }
    let base = 10_u128.pow(scale);
    let width = usize::try_from(scale).unwrap_or(usize::MAX);
    format!("{sign}{}.{:0width$}", magnitude / base, magnitude % base)
}

/// Implements text, serde and schema for a scaled-integer newtype from its `FromStr` and `Display`.
macro_rules! decimal_text {
    ($type:ident, $schema:expr, $example:expr, $description:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "pattern": $schema, "examples": [$example], "description": $description
                })
            }
        }
    };
}
pub(crate) use decimal_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_zeros_beyond_the_scale_are_exact() {
        assert_eq!(parse("1.5000", 3), Ok(1_500));
        assert_eq!(parse("-0.001", 3), Ok(-1));
    }

    #[test]
    fn what_would_need_rounding_is_refused() {
        assert_eq!(parse("1.0001", 3), Err(DecimalError::TooPrecise(3)));
    }

    #[test]
    fn anything_but_plain_digits_is_malformed() {
        for text in ["", "-", ".5", "5.", "1e308", "NaN", "inf", "+1", " 1", "1,000", "0x10", "١"] {
            assert_eq!(parse(text, 3), Err(DecimalError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn enormous_numbers_are_out_of_range_not_a_panic() {
        assert_eq!(parse(&"9".repeat(60), 3), Err(DecimalError::OutOfRange));
        assert_eq!(parse(&"9".repeat(6_000), 3), Err(DecimalError::OutOfRange));
    }

    proptest::proptest! {
        #[test]
        fn text_and_units_round_trip(units in i64::MIN..=i64::MAX, scale in 0_u32..8) {
            let units = i128::from(units);
            proptest::prop_assert_eq!(parse(&format(units, scale), scale), Ok(units));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,80}", scale in 0_u32..8) {
            if let Ok(units) = parse(&text, scale) {
                proptest::prop_assert_eq!(parse(&format(units, scale), scale), Ok(units));
            }
        }
    }
}
