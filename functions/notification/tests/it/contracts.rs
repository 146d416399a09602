//! What others build on: routes and published facts.

use http_kit::Access;
use http_kit::testing::{TestRequest, assert_guarded};
use notification::adapters::find_deal;
use notification::deal_told::DealTold;
use notification_domain::published::{NotificationStands, RecipientsNamed};
use serde_json::json;
use testkit::{NOON, assert_generated};

use crate::world::{DEAL, World, published};

#[test]
fn the_openapi_document_is_what_the_routes_say() {
    assert_generated("functions/notification/openapi.json", &notification::http::routes().openapi());
}

#[test]
fn the_published_facts_are_what_the_code_says_and_their_examples_fit() {
    let schema = schemars::schema_for!(NotificationStands).to_value();
    for name in ["accepted", "delivered", "failed"] {
        let mut example = json!({
            "notificationId": "notification_5b0e71c49a3d5f828d16e4a739c062bd",
            "dealId": "deal_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f",
            "audience": "accounts", "template": "deal-confirmed-accounts", "state": name, "attempts": 1,
            "possiblyDuplicate": false, "plannedAt": "2026-11-22T12:00:00.000Z",
        });
        if name == "failed" {
            example["reason"] = json!("131026 Message undeliverable");
        }
        let fact: NotificationStands = serde_json::from_value(example.clone()).unwrap();
        assert_eq!(json!(fact), example);
        assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&example), "{name}: {example}");
        assert_generated(&format!("events/contracts/notification/{name}.v1.schema.json"), &schema);
        assert_generated(&format!("events/contracts/notification/{name}.v1.example.json"), &example);
    }
}

#[test]
fn the_fact_about_named_recipients_is_what_the_code_says_and_its_example_fits() {
    let schema = schemars::schema_for!(RecipientsNamed).to_value();
    let example = json!({ "dealId": DEAL, "recipients": 2 });
    let fact: RecipientsNamed = serde_json::from_value(example.clone()).unwrap();
    assert_eq!(json!(fact), example);
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&example));
    assert_generated("events/contracts/notification/recipients-named.v1.schema.json", &schema);
    assert_generated("events/contracts/notification/recipients-named.v1.example.json", &example);
}

#[test]
fn a_deal_is_asked_for_as_its_own_context_reads_it_and_its_answers_are_read() {
    let wanted = testkit::sample("deal/find-deal");
    let deal = wanted["dealId"].as_str().unwrap().parse().unwrap();
    assert_eq!(find_deal(&"main".parse().unwrap(), deal), wanted);
    for (answer, portions) in [("confirmed", 2), ("imported", 3)] {
        let told: DealTold = serde_json::from_value(published("deal", answer)).unwrap();
        assert_eq!(told.news(None, NOON).portions.len(), portions, "{answer}");
    }
}

#[tokio::test]
async fn facts_carry_neither_number_nor_text() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.carry_out(&order).await;
    let facts = world.relay().await;
    let accepted: Vec<_> = facts.iter().filter(|fact| fact.fact_type == "notification.accepted").collect();
    assert_eq!(accepted.len(), 1);
    let data = accepted[0].data.to_string();
    assert!(!data.contains("98000") && !data.contains("Sold to"), "{data}");
    assert_eq!(accepted[0].correlation_id.as_str(), "c-1");
}

#[tokio::test]
async fn every_route_but_the_webhooks_refuses_strangers_and_those_without_its_permission() {
    let world = World::new();
    let table = notification::http::routes().table();
    let open: Vec<&str> =
        table.iter().filter(|route| route.access == Access::Public).map(|route| route.path).collect();
    assert_eq!(open, ["/v1/hooks/whatsapp", "/v1/hooks/whatsapp", "/v1/hooks/telegram"]);
    assert_eq!(assert_guarded(&table, world.router()).await, table.len() - open.len());
    assert_eq!(world.send_bare(TestRequest::get("/v1/notifications")).await.status(), 401);
}
