//! How often callers may ask, and what passes while nobody can count.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{Ops, OpsItem, StorageError};
use http_kit::testing::TestRequest;

use crate::world::{PASSWORD, World};

/// A table that does not answer.
struct Away;

fn away<T>() -> Result<T, StorageError> {
    Err(StorageError::Unavailable { operation: "ops", source: "it is away".into() })
}

#[async_trait]
impl Ops for Away {
    async fn put(&self, _: OpsItem) -> Result<(), StorageError> {
        away()
    }

    async fn put_new(&self, _: OpsItem) -> Result<bool, StorageError> {
        away()
    }

    async fn replace(&self, _: OpsItem, _: &str) -> Result<bool, StorageError> {
        away()
    }

    async fn get(&self, _: &str, _: &str) -> Result<Option<OpsItem>, StorageError> {
        away()
    }

    async fn present(&self, _: &[(String, String)]) -> Result<Vec<bool>, StorageError> {
        away()
    }

    async fn list(&self, _: &str, _: usize) -> Result<Vec<OpsItem>, StorageError> {
        away()
    }

    async fn delete(&self, _: &str, _: &str) -> Result<(), StorageError> {
        away()
    }
}

#[tokio::test]
async fn while_nobody_can_count_requests_pass_and_logins_do_not() {
    let world = World::with_asha(&["viewer"]).await;
    let context = world.authorize(&format!("Bearer {}", world.token().await)).await;
    let world = World::on_tables(|log| log, |_| Arc::new(Away));
    world.create_asha(&["viewer"]).await;
    let router = world.auth.router();
    let mut uncounted = 0;
    for _ in 0..200 {
        let answer = TestRequest::get("/v1/me").authorizer(context.clone()).send(&router).await;
        assert_eq!(answer.status(), 200);
        uncounted += usize::from(answer.header("ratelimit").is_empty());
    }
    assert!((1..10).contains(&uncounted), "{uncounted}: nor is the table asked each time");
    let answer = world.log_in("asha@example.com", PASSWORD).await;
    assert_eq!((answer.status(), answer.problem().as_str()), (503, "unavailable"));
    assert_eq!(world.hasher.checks(), 0, "no password was looked at");
}

#[tokio::test]
async fn who_asks_more_than_the_quota_waits_on_that_route_and_nobody_else_does() {
    let world = World::with_asha(&["viewer"]).await;
    let context = world.authorize(&format!("Bearer {}", world.token().await)).await;
    let router = world.auth.router();
    let ask = async |path: &str| TestRequest::get(path).authorizer(context.clone()).send(&router).await;
    for _ in 0..6_000 {
        assert_eq!(ask("/v1/me").await.status(), 200);
    }
    let refused = ask("/v1/me").await;
    assert_eq!((refused.status(), refused.header("ratelimit")), (429, "\"read\";r=0;t=60"));
    assert_eq!(ask("/v1/me/sessions").await.status(), 200);
    let asked = world.ops.items().into_iter().filter(|item| item.pk.ends_with("#LIMIT")).count();
    assert_eq!(asked, 1, "a bucket, and none for who asked once");
    world.clock.advance_ms(1_000);
    assert_eq!(ask("/v1/me").await.status(), 200);
}
