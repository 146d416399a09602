//! API keys: made, used, given new secrets, and ended.

mod life;
mod outages;
mod powers;
mod showing;

use http::Method;
use http_kit::testing::{TestRequest, TestResponse};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// How long a key is believed, in milliseconds.
const FRESH_MS: i64 = 15_000;

impl World {
    /// A request of whoever shows this token or key, as the authorizer lets it through.
    async fn send_as(&self, token: &str, request: TestRequest) -> TestResponse {
        let context = self.authorize(&format!("Bearer {token}")).await;
        self.send(request.authorizer(context)).await
    }

    async fn create_user(&self, name: &str, roles: &[&str]) -> String {
        let email = format!("{}@example.com", name.to_lowercase());
        let user = json!({ "kind": "create-user", "email": email, "name": name, "password": PASSWORD, "roles": roles });
        assert!(self.invoke(user).await["ok"].is_object());
        self.log_in(&email, PASSWORD).await.json()["accessToken"].as_str().unwrap().to_owned()
    }

    async fn post_key(&self, token: &str, idempotency_key: &str, body: &Value) -> TestResponse {
        self.send_as(token, TestRequest::post("/v1/api-keys").key(idempotency_key).json(body)).await
    }

    /// A key that must be made: its id and secret.
    async fn key(&self, token: &str, scopes: &[&str]) -> (String, String) {
        let answer = self.post_key(token, "k-1", &json!({ "name": "Quotes", "scopes": scopes })).await;
        id_and_secret(&answer, 201)
    }

    async fn rotate(&self, token: &str, id: &str, idempotency_key: &str, body: &Value) -> TestResponse {
        let request = TestRequest::post(&format!("/v1/api-keys/{id}/rotate")).key(idempotency_key).json(body);
        self.send_as(token, request).await
    }

    async fn revoke(&self, token: &str, id: &str) -> TestResponse {
        self.send_as(token, TestRequest::new(Method::DELETE, &format!("/v1/api-keys/{id}"))).await
    }

    async fn show(&self, token: &str, id: &str) -> Value {
        self.send_as(token, TestRequest::get(&format!("/v1/api-keys/{id}"))).await.json()
    }

    /// The names on the first page of the list.
    async fn key_names(&self, token: &str) -> Vec<String> {
        self.relay_all().await;
        let answer = self.send_as(token, TestRequest::get("/v1/api-keys")).await.json();
        let name = |key: &Value| key["name"].as_str().unwrap().to_owned();
        answer["data"].as_array().unwrap().iter().map(name).collect()
    }

    /// What the authorizer says of a secret, as soon as it says what is so now.
    async fn now(&self, secret: &str) -> Value {
        self.clock.advance_ms(FRESH_MS);
        self.authorize(&format!("Bearer {secret}")).await
    }
}

fn id_and_secret(answer: &TestResponse, status: u16) -> (String, String) {
    assert_eq!(answer.status(), status, "{}", answer.json());
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

fn fault(fault: &str) -> Value {
    json!({ "fault": fault })
}
