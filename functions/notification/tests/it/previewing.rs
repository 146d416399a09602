//! What a template would say of a deal.

use std::collections::BTreeSet;

use http_kit::testing::{TestRequest, TestResponse};
use notification_domain::template::TemplateName;
use serde_json::json;

use crate::world::{DEAL, PENDING, World, published};

async fn preview(world: &World, template: &str, deal: &str) -> TestResponse {
    let path = format!("/v1/templates/{template}/preview");
    world.send(TestRequest::post(&path).json(&json!({ "dealId": deal }))).await
}

#[tokio::test]
async fn a_preview_says_what_recipients_are_told_and_tells_nobody() {
    let world = World::with_people().await;
    let mut previewed = BTreeSet::new();
    world.knows(published("deal", "confirmed"));
    assert_eq!(world.name_for(DEAL, 0, &["+919800000009"]).await.status(), 200);
    for fact in ["confirmed", "cancelled", "amended"] {
        world.decided_with(fact, &["warehouse", "deliveryTerms"]).await;
        let orders = world.orders().await;
        let before = world.log.streams();
        for order in orders {
            let told = world.shown(&order).await;
            let template = told["template"].as_str().unwrap();
            let shown = preview(&world, template, DEAL).await;
            assert_eq!((shown.status(), &shown.json()["template"]), (200, &told["template"]));
            assert_eq!(shown.json()["text"], told["text"], "{template}");
            previewed.insert(template.to_owned());
        }
        assert_eq!(world.log.streams(), before);
        assert!(world.orders().await.is_empty());
    }
    assert_eq!(previewed, TemplateName::ALL.map(|name| name.to_string()).into());
}

#[tokio::test]
async fn what_nobody_is_told_of_has_no_preview() {
    let world = World::new();
    let mut undecided = published("deal", "confirmed");
    undecided["dealId"] = json!(PENDING);
    undecided["sources"] = json!([]);
    world.knows(undecided);
    let pending = preview(&world, "deal-confirmed-owners", PENDING).await;
    assert_eq!(pending.status(), 409, "{}", pending.json());
    let unknown = preview(&world, "deal-confirmed-owners", "deal_00000000000000000000000000000001").await;
    assert_eq!(unknown.status(), 422);
    assert_eq!(unknown.json()["errors"][0]["pointer"], "/dealId");
    let no_such_template = preview(&world, "deal-amended-strangers", DEAL).await;
    assert_eq!(no_such_template.status(), 404);
    assert_eq!(preview(&world, "deal-confirmed-owners", "deal-1").await.status(), 422);
}

#[tokio::test]
async fn another_firms_deal_is_unknown() {
    let world = World::new();
    world.knows(published("deal", "confirmed"));
    let request = TestRequest::post("/v1/templates/deal-confirmed-owners/preview");
    let asked = request.caller_of("other", "user_1", &["notification:read"]).json(&json!({ "dealId": DEAL }));
    assert_eq!(world.send_bare(asked).await.status(), 422);
}
