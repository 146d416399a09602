//! The schema and the reader are made from one declaration; they must agree.

use http_kit::{Faults, FromJson, Node, json};
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::app::{ChangeOrder, GOOD_ORDER, PlaceOrder};

fn validator<T: JsonSchema>() -> jsonschema::Validator {
    let schema =
        schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    jsonschema::draft202012::new(schema.as_value()).unwrap()
}

fn reads<T: FromJson>(body: &Value) -> bool {
    let text = body.to_string();
    T::from_json(&Node::body(&json::parse(text.as_bytes()).unwrap().root), &mut Faults::default()).is_some()
}

/// The good order, decimals as strings (which is what the schema asks for).
fn order() -> Value {
    let mut order: Value = serde_json::from_slice(GOOD_ORDER).unwrap();
    order["ratePerKg"] = json!("123.75");
    order["sources"][1]["purchase"]["quantityKg"] = json!("3000");
    order
}

#[test]
fn schema_and_reader_agree() {
    let validator = validator::<PlaceOrder>();
    assert!(
        validator.is_valid(&order()) && reads::<PlaceOrder>(&order()),
        "{:?}",
        validator.validate(&order()).err()
    );
    let cases = [
        ("/quantityKg", json!("-1"), false),
        ("/quantityKg", json!("0.001"), true),
        ("/quantityKg", json!("0.0001"), false),
        ("/quantityKg", json!({}), false),
        ("/deliveryTerms", json!("pickup"), true),
        ("/deliveryTerms", json!("Pickup"), false),
        ("/remarks", json!(null), true),
        ("/remarks", json!("x".repeat(51)), false),
        ("/customer", json!("é".repeat(20)), true),
        ("/customer", json!("é".repeat(21)), false),
        ("/customer", json!(null), false),
        ("/sources", json!([]), false),
        ("/sources/0/binId", json!("bin_1"), false),
        ("/sources/1/purchase", json!(null), false),
        ("/date", json!("2026-11-22"), true),
        ("/date", json!("22.11.2026"), false),
    ];
    for (pointer, value, good) in cases {
        let mut body = order();
        *body.pointer_mut(pointer).unwrap() = value.clone();
        assert_eq!(
            (validator.is_valid(&body), reads::<PlaceOrder>(&body)),
            (good, good),
            "{pointer} {value}"
        );
    }
}

#[test]
fn fields_are_required_unless_their_type_or_a_default_says_otherwise() {
    let validator = validator::<PlaceOrder>();
    let fields: Vec<String> = order().as_object().unwrap().keys().cloned().collect();
    for field in fields {
        let mut body = order();
        body.as_object_mut().unwrap().remove(&field);
        let optional = field == "remarks";
        assert_eq!((validator.is_valid(&body), reads::<PlaceOrder>(&body)), (optional, optional), "{field}");
    }
    let mut body = order();
    body["colour"] = json!("red");
    assert!(!validator.is_valid(&body) && !reads::<PlaceOrder>(&body));
}

#[test]
fn a_patch_tells_nothing_from_null() {
    let remarks = |text: &str| {
        let parsed = json::parse(text.as_bytes()).unwrap();
        ChangeOrder::from_json(&Node::body(&parsed.root), &mut Faults::default()).unwrap().remarks
    };
    use http_kit::Patch;
    assert!(matches!(remarks("{}"), Patch::Keep));
    assert!(matches!(remarks(r#"{"remarks": null}"#), Patch::Clear));
    assert!(matches!(remarks(r#"{"remarks": "x"}"#), Patch::Set(text) if text.as_str() == "x"));
    let validator = validator::<ChangeOrder>();
    for body in [json!({}), json!({ "remarks": null }), json!({ "remarks": "x" })] {
        assert!(validator.is_valid(&body), "{body}");
    }
}
