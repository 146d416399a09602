use axum::http::Method;
use http_kit::testing::TestRequest;

use crate::fakes::World;

#[tokio::test]
async fn planned_resources_say_so_whatever_is_asked_of_them() {
    let router = World::of(&[], &[]).router();
    for collection in ["hooks", "reports", "audit"] {
        for path in [format!("/v1/{collection}"), format!("/v1/{collection}/x/y")] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = TestRequest::new(method.clone(), &path).send(&router).await;
                assert_eq!(answer.status(), 501, "{method} {path}");
                assert_eq!(answer.header("content-type"), "application/problem+json");
            }
        }
    }
}

#[tokio::test]
async fn any_other_path_is_not_found() {
    let router = World::of(&[], &[]).router();
    for path in ["/", "/v1", "/v1/reportsx", "/v2/reports", "/healthz/x"] {
        let answer = TestRequest::get(path).send(&router).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["instance"], path);
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_named_with_those_it_has() {
    let router = World::of(&[], &[]).router();
    let answer = TestRequest::post("/healthz").send(&router).await;
    assert_eq!(answer.status(), 405);
    assert!(answer.header("allow").contains("GET"));
}
