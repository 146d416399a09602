//! `openapi.json` is generated from the route table; `UPDATE_GENERATED=1` writes it anew.

use testkit::assert_generated;

#[test]
fn the_document_is_that_of_the_routes() {
    assert_generated("functions/gateway/openapi.json", &gateway::http::routes().openapi());
}

#[test]
fn planned_routes_are_not_documented() {
    let document = gateway::http::routes().openapi();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert!(
        paths.contains(&&"/healthz".to_owned()) && paths.iter().all(|path| !path.contains("below")),
        "{paths:?}"
    );
}
