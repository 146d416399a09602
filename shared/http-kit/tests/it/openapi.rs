//! The document of the route table.

use std::collections::BTreeSet;

use http_kit::ProblemKind;
use serde_json::Value;

use crate::app::routes;

fn parameter_names(operation: &Value) -> Vec<&str> {
    let parameters = operation["parameters"].as_array().unwrap();
    parameters.iter().map(|p| p["name"].as_str().or(p["$ref"].as_str()).unwrap()).collect()
}

#[test]
fn it_is_an_openapi_3_1_document() {
    let document = oas3::from_json(routes().openapi().to_string()).unwrap();
    assert_eq!(document.openapi, "3.1.0");
    let operations: BTreeSet<String> =
        document.operations().map(|(path, method, _)| format!("{method} {path}")).collect();
    let table = routes().table();
    let documented = table.iter().filter(|r| r.path != "/v1/later/{*rest}");
    let table: BTreeSet<String> = documented.map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(operations, table);
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => {
                references.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| walk(value, references));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, references)),
            _ => {}
        }
    }
    let document = routes().openapi();
    let mut references = Vec::new();
    walk(&document, &mut references);
    assert!(references.len() > 30);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[test]
fn operations_are_named_once() {
    let document = routes().openapi();
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} of {path}");
        }
    }
    assert!(ids.contains("placeOrder") && ids.contains("get_orders_id"));
}

#[test]
fn what_a_handler_takes_is_documented_from_its_arguments() {
    let document = routes().openapi();
    let place = &document["paths"]["/v1/orders"]["post"];
    let expected =
        ["#/components/parameters/Prefer", "#/components/parameters/IdempotencyKey", "validateOnly"];
    let mut names = parameter_names(place);
    names.sort_by_key(|name| expected.iter().position(|known| known == name));
    assert_eq!(names, expected);
    let body = &place["requestBody"]["content"]["application/json"];
    assert_eq!(body["schema"]["$ref"], "#/components/schemas/PlaceOrder");
    assert_eq!(body["example"]["deliveryTerms"], "pickup");

    let list = &document["paths"]["/v1/orders"]["get"];
    let names = parameter_names(list);
    for name in
        ["from", "customer", "binId", "urgent", "limit", "cursor", "#/components/parameters/IfNoneMatch"]
    {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let limit = list["parameters"].as_array().unwrap().iter().find(|p| p["name"] == "limit").unwrap();
    assert_eq!((&limit["required"], &limit["schema"]["default"]), (&false.into(), &50.into()));
    assert_eq!(limit["description"], "How many.");

    let show = &document["paths"]["/v1/orders/{id}"]["get"];
    let id = &show["parameters"][0];
    assert_eq!((&id["name"], &id["in"], &id["required"]), (&"id".into(), &"path".into(), &true.into()));
    assert_eq!(id["schema"]["$ref"], "#/components/schemas/OrderId");
}

#[test]
fn refusals_follow_from_access_and_inputs() {
    let document = routes().openapi();
    let statuses = |path: &str, method: &str| -> Vec<String> {
        document["paths"][path][method]["responses"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(
        statuses("/v1/orders", "post"),
        ["202", "204", "400", "401", "403", "413", "415", "422", "429", "500", "503"]
    );
    assert_eq!(
        statuses("/v1/orders/{id}", "patch"),
        ["200", "400", "401", "403", "404", "412", "413", "415", "422", "428", "429", "500", "503"]
    );
    assert_eq!(statuses("/v1/orders/{id}", "get"), ["200", "304", "401", "404", "429", "500", "503"]);
    assert_eq!(statuses("/v1/fail", "get"), ["500", "503"]);
}

#[test]
fn access_is_part_of_the_document() {
    let document = routes().openapi();
    assert_eq!(document["paths"]["/v1/orders"]["get"]["security"][0]["bearer"][0], "order:read");
    assert_eq!(document["paths"]["/v1/sign-in"]["post"]["security"], serde_json::json!([]));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

#[test]
fn the_document_is_the_same_every_time() {
    assert_eq!(routes().openapi().to_string(), routes().openapi().to_string());
}

#[test]
fn problem_types_are_unique() {
    let types: BTreeSet<_> = ProblemKind::ALL.iter().map(|kind| kind.type_uri()).collect();
    assert_eq!(types.len(), ProblemKind::ALL.len());
    for kind in ProblemKind::ALL {
        assert!(kind.status().is_client_error() || kind.status().is_server_error());
    }
}
