//! The routes.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};
use sync::ports::Work;
use sync_domain::Cell;

use crate::world::{HOOK_SECRET, World, deal_id};

async fn written() -> World {
    let world = World::new();
    world.confirm(1, 2).await;
    world.confirm(2, 1).await;
    world.settle().await;
    world
}

fn run(query: &str) -> TestRequest {
    TestRequest::post(&format!("/v1/sync/runs{query}")).key("k-1").json(&json!({}))
}

#[tokio::test]
async fn rows_are_listed_by_state_and_deal_and_page_by_page() {
    let world = written().await;
    for (query, count) in [
        (String::new(), 3),
        ("state=written".to_owned(), 3),
        ("state=pending".to_owned(), 0),
        (format!("dealId={}", deal_id(1)), 2),
        (format!("dealId={}&state=orphaned", deal_id(1)), 0),
    ] {
        let page = world.get(&format!("/v1/sync/rows?{query}")).await;
        assert_eq!(page["data"].as_array().unwrap().len(), count, "{query}");
    }
    let first = world.get("/v1/sync/rows?limit=2").await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = world.get(&format!("/v1/sync/rows?limit=2&cursor={cursor}")).await;
    assert_eq!((second["data"].as_array().unwrap().len(), &second["nextCursor"]), (1, &Value::Null));
    let foreign = world.send_as_stranger(TestRequest::get("/v1/sync/rows")).await.json();
    assert_eq!(foreign["data"], json!([]));
}

#[tokio::test]
async fn every_fault_of_a_query_is_named_at_once() {
    let world = World::new();
    let answer = world.send(TestRequest::get("/v1/sync/rows?state=gone&dealId=7&limit=0&more=1")).await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 4, "{}", answer.json());
}

#[tokio::test]
async fn a_run_that_only_validates_says_what_it_would_do_and_does_nothing() {
    let world = written().await;
    world.confirm(3, 1).await;
    world.relay_all().await;
    world.work.take();
    world.sheet.people(|lines| {
        lines[1][4] = Cell::text("99");
        lines.remove(3);
    });
    let before = (world.sheet.lines(), world.log.streams().into_values().flatten().count());
    let answer = world.send(run("?validateOnly=true")).await;
    assert_eq!(answer.status(), 200, "{}", answer.json());
    let preview = answer.json();
    let counts = ["rows", "append", "update", "same", "orphaned"].map(|name| preview[name].as_u64().unwrap());
    assert_eq!(counts, [4, 1, 1, 1, 1], "{preview}");
    let update = preview["actions"].as_array().unwrap().iter().find(|row| row["action"] == "update").unwrap();
    assert_eq!((&update["cells"], &update["asked"]), (&json!({}), &json!({ "saleRate": "99" })));
    assert_eq!((world.sheet.lines(), world.log.streams().into_values().flatten().count()), before);
    assert!(world.work.take().is_empty());
}

#[tokio::test]
async fn a_comparison_has_three_sides() {
    let world = written().await;
    assert_eq!(world.get("/v1/sync/compare").await["data"], json!([]));
    world.sheet.people(|lines| {
        lines[1][4] = Cell::text("99");
        lines.remove(3);
        lines.push(lines[2].clone());
        lines.push(vec![Cell::text("mine")]);
    });
    let comparison = world.get("/v1/sync/compare").await;
    assert_eq!((&comparison["compared"], &comparison["foreignLines"]), (&json!(3), &json!(1)));
    let found: Vec<(&str, &Value)> = comparison["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["presence"].as_str().unwrap(), &row["cells"]))
        .collect();
    let edited = json!([{ "column": "saleRate", "database": "95", "lastWritten": "95", "sheet": "99" }]);
    assert_eq!(found, [("once", &edited), ("copied", &json!([])), ("missing", &json!([]))]);
}

#[tokio::test]
async fn a_paused_connection_writes_nothing_until_it_is_resumed() {
    let world = World::new();
    let paused = world.send(TestRequest::post("/v1/sync/connections/main/pause")).await;
    assert_eq!((paused.status(), &paused.json()["paused"]), (200, &json!(true)));
    world.confirm(1, 1).await;
    assert_eq!(world.settle().await, 0);
    assert!(world.sheet.lines().is_empty());
    let resumed = world.send(TestRequest::post("/v1/sync/connections/main/resume")).await;
    assert_eq!(resumed.json()["paused"], false);
    world.settle().await;
    assert_eq!(world.shown().len(), 1);
    let unknown = world.send(TestRequest::post("/v1/sync/connections/other/pause")).await;
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn a_test_of_the_connection_reads_and_says_what_is_wrong() {
    let world = written().await;
    let test = || TestRequest::post("/v1/sync/connections/main/test");
    assert_eq!(world.send(test()).await.json(), json!({ "usable": true, "rows": 3, "foreignLines": 0 }));
    world.sheet.people(|lines| lines[0][2] = Cell::text("Buyer"));
    let found = world.send(test()).await.json();
    assert_eq!(found["usable"], false);
    assert!(found["problem"].as_str().unwrap().contains("C has \"Buyer\""), "{found}");
}

/// The signature of a body under this secret.
fn signed(secret: &str, body: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", hex::encode(ring::hmac::sign(&key, body.as_bytes())))
}

#[tokio::test]
async fn a_signed_poke_makes_the_sheet_be_looked_at_once_and_no_other_does() {
    let world = written().await;
    let poke = |signature: Option<String>, body: &str| {
        let request = TestRequest::post("/v1/hooks/sheets").raw("application/json", body.to_owned());
        world.send_bare(match &signature {
            Some(signature) => request.header("x-sheet-signature", signature),
            None => request,
        })
    };
    let wrong = [
        None,
        Some(signed("another secret", "{}")),
        Some(signed(HOOK_SECRET, "{ }")),
        Some("sha256=".to_owned()),
        Some("sha256=zz".to_owned()),
    ];
    for signature in wrong {
        assert_eq!(poke(signature.clone(), "{}").await.status(), 401, "{signature:?}");
    }
    assert!(world.work.take().is_empty());
    for _ in 0..3 {
        assert_eq!(poke(Some(signed(HOOK_SECRET, "{}")), "{}").await.status(), 202);
    }
    assert_eq!(world.work.take(), [Work::Pull]);
}

#[tokio::test]
async fn the_context_is_ready_when_its_tables_are() {
    assert_eq!(World::new().ready().await["status"], "ready");
}
