//! What others build on: routes, published facts, and other contexts' facts as this one reads them.

use http_kit::Access;
use http_kit::testing::TestRequest;
use serde_json::{Value, json};
use sync::adapters::{address_book, amend_deal, listed};
use sync::ports::{Amending, Role};
use sync_domain::amendment::Amendment;
use sync_domain::published::{ConflictDetected, ConflictResolved, RowsSettled};
use sync_domain::{Cell, Policy};
use testkit::{assert_generated, log_stream_event, sample, sample_facts};

use crate::world::{World, deal_id};

#[test]
fn the_openapi_document_is_what_the_routes_say() {
    assert_generated("functions/sync/openapi.json", &sync::http::routes().openapi());
}

#[tokio::test]
async fn the_published_facts_are_what_the_code_says_and_their_examples_fit() {
    let world = World::new();
    world.confirm(1, 2).await;
    world.relay_all().await;
    world.work.take();
    world.clock.advance_ms(5_001);
    assert_eq!(world.deliver(&sync::ports::Work::Flush).await, 0);
    let published = world.relay_all().await;
    let example = &published.iter().find(|fact| fact.fact_type == RowsSettled::TYPE).unwrap().data;
    let schema = schemars::schema_for!(RowsSettled).to_value();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(example), "{example}");
    assert_generated("events/contracts/sync/rows-settled.v1.schema.json", &schema);
    assert_generated("events/contracts/sync/rows-settled.v1.example.json", example);
    world.sheet.people(|lines| lines[1][4] = Cell::text("99"));
    world.amend(1, "ratePerKg", "97.00").await;
    world.relay_all().await;
    world.clock.advance_ms(5_001);
    assert_eq!(world.deliver(&sync::ports::Work::Flush).await, 0);
    let published = world.relay_all().await;
    let example = &published.iter().find(|fact| fact.fact_type == ConflictDetected::TYPE).unwrap().data;
    let schema = schemars::schema_for!(ConflictDetected).to_value();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(example), "{example}");
    assert_generated("events/contracts/sync/conflict-detected.v1.schema.json", &schema);
    assert_generated("events/contracts/sync/conflict-detected.v1.example.json", example);
}

#[tokio::test]
async fn who_resolves_a_conflict_is_published_with_whose_value_stands() {
    let world = World::with_policy(Policy::Manual);
    world.confirm(1, 1).await;
    assert_eq!(world.settle().await, 0);
    world.sheet.people(|lines| lines[1][4] = Cell::Number("99".parse().unwrap()));
    world.amend(1, "ratePerKg", "97.00").await;
    assert_eq!((world.settle().await, world.pull().await), (0, 0));
    let open = world.get("/v1/sync/conflicts?state=open").await;
    let id = open["data"][0]["id"].as_str().unwrap();
    drop(world.bus.take());
    let path = format!("/v1/sync/conflicts/{id}/resolve");
    let resolved = world.send(TestRequest::post(&path).json(&json!({ "take": "sheet" }))).await;
    assert_eq!(resolved.status(), 200, "{}", resolved.json());
    let published = world.relay_all().await;
    let fact = published.iter().find(|fact| fact.fact_type == ConflictResolved::TYPE).unwrap();
    assert_eq!(fact.actor.to_string(), "user_1");
    assert_eq!((&fact.data["conflictId"], &fact.data["stands"]), (&json!(id), &json!("sheet")));
    let schema = schemars::schema_for!(ConflictResolved).to_value();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&fact.data), "{}", fact.data);
    assert_generated("events/contracts/sync/conflict-resolved.v1.schema.json", &schema);
    assert_generated("events/contracts/sync/conflict-resolved.v1.example.json", &fact.data);
}

#[tokio::test]
async fn the_facts_of_deal_and_inventory_are_read_as_they_publish_them() {
    let example = |name: &str| -> Value {
        let file = format!("{}/../../events/contracts/{name}.v1.example.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()
    };
    for (name, state, rows) in
        [("confirmed", "pending", 2), ("cancelled", "pending", 2), ("imported", "held", 3)]
    {
        let world = World::new();
        let mut fact = example(&format!("deal/{name}"));
        fact["dealId"] = json!(deal_id(1));
        assert!(world.hear(&format!("deal.{name}"), 2, fact).await, "{name}");
        world.relay_all().await;
        let page = world.get(&format!("/v1/sync/rows?state={state}")).await;
        assert_eq!(page["data"].as_array().unwrap().len(), rows, "{name}");
    }
    for name in [
        "deal/amended",
        "inventory/product-created",
        "inventory/product-changed",
        "inventory/product-import-withdrawn",
        "inventory/lot-received",
        "inventory/lot-adjusted",
        "inventory/stock-reserved",
        "inventory/stock-released",
        "customer/party-created",
        "customer/party-changed",
        "customer/party-merged",
        "customer/party-unmerged",
        "customer/party-import-withdrawn",
        "customer/party-erased",
    ] {
        assert!(World::new().hear(&name.replace('/', "."), 3, example(name)).await, "{name}");
    }
}

#[test]
fn a_deal_is_asked_as_its_own_context_reads_it() {
    let wanted = sample("deal/amend-deal");
    let rate = |text: &str| Amendment::Rate(text.parse().unwrap());
    let event = amend_deal(&Amending {
        tenant: "main".parse().unwrap(),
        deal: wanted["dealId"].as_str().unwrap().parse().unwrap(),
        actor: kernel::Actor::system("sheet"),
        correlation: wanted["correlationId"].as_str().unwrap().parse().unwrap(),
        key: wanted["key"].as_str().unwrap().to_owned(),
        seen: rate("95"),
        terms: rate("97.5"),
    });
    assert_eq!(event, wanted);
}

#[test]
fn lists_are_asked_for_as_their_own_contexts_read_it() {
    let tenant = "main".parse().unwrap();
    assert_eq!(listed(&tenant, "lots", None), sample("inventory/listed"));
    assert_eq!(address_book(&tenant, Role::Customer, None), sample("customer/address-book"));
}

#[tokio::test]
async fn the_sample_events_are_one_story() {
    let world = World::new();
    let facts = sample_facts("sync");
    let (products, deals): (Vec<_>, Vec<_>) = facts.iter().partition(|(name, _)| name.contains("product"));
    for (name, body) in products.into_iter().chain(deals) {
        assert!(world.hear_message(body).await, "{name}");
    }
    let commit = world.log.streams().into_values().flatten().next().unwrap();
    assert_generated("events/invoke/sync/log-stream.json", &log_stream_event("sync", &commit));
    world.settle().await;
    let listed = world.send_bare(TestRequest::event(&sample("sync/rows"))).await;
    assert_eq!(listed.status(), 200, "{}", listed.json());
    assert_eq!(listed.json()["data"].as_array().unwrap().len(), world.shown().len());
}

#[tokio::test]
async fn the_signed_hook_alone_is_open_and_every_other_route_refuses_strangers_and_those_without_its_permission()
 {
    let world = World::new();
    let mut open = Vec::new();
    for route in sync::http::routes().table() {
        if route.access == Access::Public {
            open.push(route.path);
            continue;
        }
        let request = || TestRequest::new(route.method.clone(), route.path);
        assert_eq!(world.send_bare(request()).await.status(), 401, "{}", route.path);
        let other = world.send_bare(request().caller("user_1", &["nothing"])).await;
        assert_eq!(other.status(), 403, "{}", route.path);
    }
    assert_eq!(open, ["/v1/hooks/sheets"]);
}
