//! Whatever is sent, nothing panics and nothing wrong passes unnoticed.

use http_kit::{Faults, FromJson, Node, json};
use proptest::prelude::*;
use serde_json::Value;

use crate::app::{GOOD_ORDER, OrderFilter, PlaceOrder};

fn read<T: FromJson>(text: &[u8]) -> Option<(bool, Faults)> {
    let parsed = json::parse(text).ok()?;
    let mut faults = Faults::default();
    let value = T::from_json(&Node::body(&parsed.root), &mut faults);
    Some((value.is_some(), faults))
}

/// JSON of any shape, with our names in it often enough.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop_oneof![
            Just("2026-11-22"),
            Just("pickup"),
            Just("1.5"),
            Just("bin_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f")
        ]
        .prop_map(Value::from),
    ];
    let name = prop_oneof![
        "[a-z/~]{0,6}",
        prop_oneof![
            Just("date"),
            Just("customer"),
            Just("quantityKg"),
            Just("ratePerKg"),
            Just("deliveryTerms"),
            Just("sources"),
            Just("remarks"),
            Just("urgent"),
            Just("purchase"),
            Just("binId"),
        ]
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..10)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Every pointer in the good order, the root included.
fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, v)| pointers(v, format!("{at}/{name}"), out)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| pointers(v, format!("{at}/{i}"), out))
        }
        _ => {}
    }
    out.push(at);
}

fn good() -> Value {
    serde_json::from_slice(GOOD_ORDER).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read::<PlaceOrder>(&bytes);
    }

    #[test]
    fn text_that_looks_like_json_never_panics(text in r#"[\[\]{}:,"\\u0-9eE.+\-truefalsn dD8-9 \n]{0,80}"#) {
        read::<PlaceOrder>(text.as_bytes());
    }

    #[test]
    fn a_value_is_refused_exactly_when_a_fault_is_named(value in any_json()) {
        let (accepted, faults) = read::<PlaceOrder>(value.to_string().as_bytes()).unwrap();
        prop_assert_eq!(accepted, faults.is_empty());
        let query = Value::Object(value.as_object().cloned().unwrap_or_default());
        let (accepted, faults) = read::<OrderFilter>(query.to_string().as_bytes()).unwrap();
        prop_assert_eq!(accepted, faults.is_empty());
    }

    #[test]
    fn a_good_body_with_one_change_is_refused_exactly_when_a_fault_is_named(
        at in any::<prop::sample::Index>(), replacement in any_json(),
    ) {
        let mut order = good();
        let mut all = Vec::new();
        pointers(&order, String::new(), &mut all);
        let at: &String = at.get(&all);
        *order.pointer_mut(at).unwrap() = replacement;
        let (accepted, faults) = read::<PlaceOrder>(order.to_string().as_bytes()).unwrap();
        prop_assert_eq!(accepted, faults.is_empty());
    }

    #[test]
    fn our_parser_accepts_what_serde_json_accepts(text in r#"[\[\]{}:,"ab0-9eE.+\-tru\\n ]{0,24}"#) {
        let theirs = serde_json::from_str::<Value>(&text);
        prop_assert_eq!(json::parse(text.as_bytes()).is_ok(), theirs.is_ok(), "{:?}", theirs);
    }

    #[test]
    fn values_survive_parsing(value in any_json()) {
        let text = value.to_string();
        let parsed = json::parse(text.as_bytes()).unwrap();
        prop_assert!(parsed.faults.is_empty());
        prop_assert_eq!(to_serde(&parsed.root), value);
    }
}

fn to_serde(value: &json::Json<'_>) -> Value {
    match value {
        json::Json::Null => Value::Null,
        json::Json::Bool(truth) => (*truth).into(),
        json::Json::Number(literal) => serde_json::from_str(literal).unwrap(),
        json::Json::String(text) => (**text).into(),
        json::Json::Array(items) => items.iter().map(to_serde).collect(),
        json::Json::Object(members) => {
            Value::Object(members.iter().map(|(name, v)| (name.to_string(), to_serde(v))).collect())
        }
    }
}
