//! What others build on: the OpenAPI document and the published facts, generated and compared with what is checked in.

use auth_domain::published::{ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated, SessionReused, UserCreated};
use auth_domain::session::Device;
use auth_domain::{ApiKeyId, Name, Permission, Role, SessionId, UserId};
use http_kit::Access;
use http_kit::testing::TestRequest;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use testkit::{NOON, assert_generated};
use uuid::Uuid;

use crate::world::World;

fn example() -> UserCreated {
    UserCreated {
        user_id: UserId::of(&"main".parse().unwrap(), &"trader@demo.polymer.example".parse().unwrap()),
        email: "trader@demo.polymer.example".parse().unwrap(),
        name: "Demo Trader".parse().unwrap(),
        roles: vec![Role::Trader],
    }
}

fn reused() -> SessionReused {
    let UserCreated { user_id, email, name, .. } = example();
    let device = Device { agent: Some("curl/8.5.0".to_owned()), address: Some("203.0.113.7".to_owned()) };
    let session_id = SessionId::new(Uuid::from_u128(0x0190_f3c2_a1b2_7c3d_8e4f_5a6b_7c8d_9e0f));
    SessionReused { session_id, user_id, email, name, opened_at: NOON, device }
}

fn schema() -> Value {
    schemars::schema_for!(UserCreated).to_value()
}

#[test]
fn the_openapi_document_is_what_the_routes_say() {
    assert_generated("functions/auth/openapi.json", &auth::http::routes().openapi());
}

#[test]
fn the_schema_of_user_created_is_what_the_code_says() {
    assert_generated("events/contracts/auth/user-created.v1.schema.json", &schema());
    assert_generated("events/contracts/auth/user-created.v1.example.json", &json!(example()));
}

#[test]
fn the_schema_of_session_reused_is_what_the_code_says() {
    let schema = schemars::schema_for!(SessionReused).to_value();
    assert_generated("events/contracts/auth/session-reused.v1.schema.json", &schema);
    assert_generated("events/contracts/auth/session-reused.v1.example.json", &json!(reused()));
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&json!(reused())));
}

/// Compares schema and example of a fact, and one with the other.
fn assert_contract<T: JsonSchema + Serialize>(name: &str, example: &T) {
    let schema = schemars::schema_for!(T).to_value();
    assert_generated(&format!("events/contracts/auth/{name}.v1.schema.json"), &schema);
    assert_generated(&format!("events/contracts/auth/{name}.v1.example.json"), &json!(example));
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&json!(example)), "{name}");
}

#[test]
fn the_schemas_of_facts_about_api_keys_are_what_the_code_says() {
    let UserCreated { user_id, .. } = example();
    let api_key_id = ApiKeyId::new(Uuid::from_u128(0x0190_f3c2_a1b2_7c3d_8e4f_5a6b_7c8d_9e0f));
    let name: Name = "Quotes on the web site".parse().unwrap();
    let scopes = vec![Permission::ProductRead, Permission::LotRead];
    let created = ApiKeyCreated {
        api_key_id,
        user_id,
        name: name.clone(),
        scopes,
        rate_per_minute: Some(60),
        expires_at: NOON.plus_days(366),
    };
    assert_contract("api-key-created", &created);
    let earlier_secrets_until = NOON.plus_days(1);
    let rotated = ApiKeyRotated { api_key_id, user_id, name: name.clone(), earlier_secrets_until };
    assert_contract("api-key-rotated", &rotated);
    assert_contract("api-key-revoked", &ApiKeyRevoked { api_key_id, user_id, name });
}

#[test]
fn the_schema_describes_the_example_and_refuses_a_fact_without_a_user() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut fact = json!(example());
    assert!(validator.is_valid(&fact));
    fact.as_object_mut().unwrap().remove("userId");
    assert!(!validator.is_valid(&fact));
}

#[test]
fn only_sessions_and_the_key_set_are_public() {
    let table = auth::http::routes().table();
    let public: Vec<_> =
        table.iter().filter(|route| route.access == Access::Public).map(|r| r.path).collect();
    let sessions = ["/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout"];
    let by_providers = ["/v1/auth/oidc/{provider}/start", "/v1/auth/oidc/{provider}/callback"];
    assert_eq!(public, [&sessions[..], &["/.well-known/jwks.json"], &by_providers].concat());
}

#[tokio::test]
async fn an_unknown_path_and_an_unknown_method_are_problems() {
    let router = World::new().auth.router();
    assert_eq!(TestRequest::get("/v1/auth/nothing").send(&router).await.problem(), "not-found");
    let answer = TestRequest::get("/v1/auth/login").send(&router).await;
    assert_eq!((answer.status(), answer.header("allow")), (405, "POST"));
}
