//! Lists of notifications.

use http_kit::testing::TestRequest;

use crate::world::{DEAL, World};

async fn count(world: &World, query: &str) -> usize {
    world.get(&format!("/v1/notifications{query}")).await["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn notifications_are_found_by_deal_state_and_recipient() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.carry_out(&order).await;
    world.relay().await;
    let other = "deal_00000000000000000000000000000001";
    for (query, found) in [
        (String::new(), 4),
        (format!("?dealId={DEAL}"), 4),
        (format!("?dealId={other}"), 0),
        ("?state=queued".to_owned(), 3),
        ("?state=accepted".to_owned(), 1),
        ("?recipient=%2B919800000001".to_owned(), 1),
        (format!("?dealId={DEAL}&state=accepted&recipient=%2B919800000001"), 1),
        ("?recipient=%2B919800000001&state=queued".to_owned(), 0),
    ] {
        assert_eq!(count(&world, &query).await, found, "{query}");
    }
}

#[tokio::test]
async fn a_list_goes_on_where_it_ended() {
    let world = World::with_people().await;
    world.one_order().await;
    let mut path = "/v1/notifications?limit=3".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = world.get(&path).await;
        seen.extend(page["data"].as_array().unwrap().iter().map(|one| one["id"].to_string()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/v1/notifications?limit=3&cursor={cursor}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4);
}

#[tokio::test]
async fn a_strange_filter_is_refused_with_every_fault() {
    let world = World::new();
    let refused =
        world.send(TestRequest::get("/v1/notifications?state=lost&dealId=x&recipient=somebody&more=1")).await;
    assert_eq!((refused.status(), refused.faults().len()), (400, 4));
}

#[tokio::test]
async fn every_template_is_listed_with_the_audience_it_is_for_if_it_is_for_one() {
    let listed = World::new().get("/v1/templates").await;
    let templates = listed["data"].as_array().unwrap();
    let named: Vec<_> = templates.iter().filter(|template| template.get("audience").is_some()).collect();
    assert_eq!((templates.len(), named.len()), (12, 9));
}
