//! How plain values and the kernel's types are read.

use std::fmt::Display;
use std::str::FromStr;

use kernel::{
    BusinessDate, DecimalError, IdError, Inr, Kg, Name, PositiveError, PositiveKg, PositiveRate, RatePerKg,
    Timestamp,
};

use crate::body::{ByText, FromJson, Node};
use crate::faults::Faults;
use crate::json::Json;

impl<T: FromStr<Err = IdError>> FromJson<ByText> for T {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        parsed(node, faults)
    }
}

impl FromJson for bool {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        match node.value {
            Json::Bool(truth) => Some(*truth),
            // Query strings carry text only.
            Json::String(text) if node.path.is_query() => match &**text {
                "true" => Some(true),
                "false" => Some(false),
                _ => {
                    node.fault("malformed", "must be true or false", faults);
                    None
                }
            },
            _ => {
                node.wrong_type("a boolean", faults);
                None
            }
        }
    }
}

/// The literal of a number; in a query string, any text.
fn literal<'a>(node: &Node<'a>) -> Option<&'a str> {
    match node.value {
        Json::Number(text) => Some(text),
        Json::String(text) if node.path.is_query() => Some(text),
        _ => None,
    }
}

macro_rules! integers {
    ($($type:ty),*) => { $(
        impl FromJson for $type {
            fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
                let Some(text) = literal(node) else {
                    node.wrong_type("a whole number", faults);
                    return None;
                };
                match text.parse() {
                    Ok(number) => Some(number),
                    Err(_) => {
                        let detail = format!("must be a whole number from {} to {}", Self::MIN, Self::MAX);
                        node.fault("malformed", detail, faults);
                        None
                    }
                }
            }
        }
    )* };
}
integers!(u8, u16, u32, u64, i64);

macro_rules! decimals {
    ($($type:ty),*) => { $(
        impl FromJson for $type {
            /// From a string, or from the literal text of a number.
            fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
                let (Json::String(text) | Json::Number(text)) = node.value else {
                    node.wrong_type("a decimal as a string", faults);
                    return None;
                };
                match text.parse() {
                    Ok(number) => Some(number),
                    Err(error) => {
                        node.fault(code(PositiveError::from(error)), error.to_string(), faults);
                        None
                    }
                }
            }
        }
    )* };
}
decimals!(Kg, RatePerKg, Inr, PositiveKg, PositiveRate);

/// The stable code of what is wrong with a decimal.
const fn code(error: PositiveError) -> &'static str {
    match error {
        PositiveError::Decimal(DecimalError::Malformed) => "malformed",
        PositiveError::Decimal(DecimalError::TooPrecise(_)) => "too-precise",
        PositiveError::Decimal(DecimalError::OutOfRange) | PositiveError::TooLarge(_) => "out-of-range",
        PositiveError::NotPositive => "not-positive",
    }
}

macro_rules! texts {
    ($($type:ty),*) => { $(
        impl FromJson for $type {
            fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
                parsed(node, faults)
            }
        }
    )* };
}
texts!(BusinessDate, Timestamp, Name);

fn parsed<T: FromStr<Err: Display>>(node: &Node<'_>, faults: &mut Faults) -> Option<T> {
    match node.text(faults)?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            node.fault("malformed", error.to_string(), faults);
            None
        }
    }
}
