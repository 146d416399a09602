//! A row that the spreadsheet refuses for good does not hold up the others.

use http_kit::testing::TestRequest;
use serde_json::json;

use crate::world::{World, deal_id};

#[tokio::test]
async fn a_refused_row_stands_alone_says_why_and_goes_in_once_nothing_stands_against_it() {
    let world = World::new();
    for number in 1..=40 {
        world.confirm(number, 1).await;
    }
    world.sheet.refuse("Customer 23");
    world.settle().await;
    // Halving finds it within a dozen calls; what the limit puts off goes in with the next flush.
    for _ in 0..5 {
        world.clock.advance_ms(60_000);
        world.deliver(&sync::ports::Work::Flush).await;
        world.settle().await;
    }
    assert_eq!(world.shown().len(), 39);
    let refused = world.get("/v1/sync/rows?state=refused").await["data"].clone();
    assert_eq!(refused.as_array().unwrap().len(), 1, "{refused}");
    assert_eq!(
        (&refused[0]["dealId"], &refused[0]["refused"]),
        (&json!(deal_id(23)), &json!("400 a cell is too large"))
    );
    assert!(world.get("/v1/sync/rows?state=pending").await["data"].as_array().unwrap().is_empty());
    world.sheet.refuse("nobody");
    let run = TestRequest::post("/v1/sync/runs").key("k").json(&json!({}));
    assert_eq!(world.send(run).await.status(), 202);
    world.clock.advance_ms(60_000);
    world.settle().await;
    assert_eq!(world.shown().len(), 40);
}
