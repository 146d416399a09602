use http_kit::testing::TestRequest;

use crate::fakes::World;

#[tokio::test]
async fn the_edge_is_alive_whatever_the_rest_does() {
    let router = World::of(&[("deal", crate::fakes::Mood::Fails)], &[]).router();
    let answer = TestRequest::get("/healthz").send(&router).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json()["status"], "alive");
    assert_eq!(answer.json()["name"], "gateway");
    assert_eq!(answer.json()["version"], env!("CARGO_PKG_VERSION"));
}
