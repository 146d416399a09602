//! What others build on: routes, published facts, and the deal context's facts as this one reads them.

use std::collections::BTreeSet;

use customer_domain::party::{Contact, Details, Event, Personal};
use customer_domain::published::{
    PartyDescribed, PartyErased, PartyFact, PartyImportWithdrawn, PartyMerged, PartyUnmerged,
};
use customer_domain::{PartyId, Role, Roles, Sealed};
use http_kit::testing::{TestRequest, assert_guarded};
use serde_json::{Value, json};
use testkit::assert_generated;

use crate::world::World;

fn party() -> PartyId {
    "party_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap()
}

fn other() -> PartyId {
    "party_0190f3c2a1b27c3d8e4f5a6b7c8d9e10".parse().unwrap()
}

fn details() -> Details {
    let sealed = |text: &str| Sealed::try_new(text).unwrap();
    Details {
        name: "Ivory Ice\u{2011}cream Cups".parse().unwrap(),
        aliases: vec!["Ivory Cups".parse().unwrap()],
        roles: Roles::from([Role::Customer]),
        active: true,
        tags: BTreeSet::from(["raffia".parse().unwrap()]),
        payment_terms_days: Some(30),
        credit_limit: Some("500000".parse().unwrap()),
        personal: Personal {
            contacts: vec![Contact {
                name: Some(sealed("c2VhbGVk")),
                phones: vec![sealed("c2VhbGVk")],
                emails: vec![],
            }],
            addresses: vec![sealed("c2VhbGVk")],
            gstin: Some(sealed("c2VhbGVk")),
            pan: None,
        },
        legacy_ids: BTreeSet::from(["sale_parties:c1".to_owned()]),
    }
}

fn examples() -> Vec<(PartyFact, Value)> {
    let described = schemars::schema_for!(PartyDescribed).to_value();
    vec![
        (PartyFact::of(party(), &Event::PartyCreated { details: details() }), described.clone()),
        (PartyFact::of(party(), &Event::PartyChanged { details: details() }), described),
        (
            PartyFact::of(
                party(),
                &Event::PartyImportWithdrawn { name: details().name, aliases: details().aliases },
            ),
            schemars::schema_for!(PartyImportWithdrawn).to_value(),
        ),
        (
            PartyFact::of(party(), &Event::PartyMerged { into: other() }),
            schemars::schema_for!(PartyMerged).to_value(),
        ),
        (
            PartyFact::of(party(), &Event::PartyUnmerged { from: other() }),
            schemars::schema_for!(PartyUnmerged).to_value(),
        ),
        (PartyFact::of(party(), &Event::PartyErased), schemars::schema_for!(PartyErased).to_value()),
    ]
}

#[test]
fn the_openapi_document_is_what_the_routes_say() {
    assert_generated("functions/customer/openapi.json", &customer::http::routes().openapi());
}

#[test]
fn the_published_facts_are_what_the_code_says_and_their_examples_fit() {
    for (fact, schema) in examples() {
        let name = fact.fact_type().trim_start_matches("customer.");
        let example = json!(fact);
        assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&example), "{name}: {example}");
        assert!(!example.to_string().contains("c2VhbGVk"), "{name} carries no personal data, sealed or not");
        assert_generated(&format!("events/contracts/customer/{name}.v1.schema.json"), &schema);
        assert_generated(&format!("events/contracts/customer/{name}.v1.example.json"), &example);
    }
}

#[tokio::test]
async fn the_facts_of_the_deal_context_are_read_as_it_publishes_them() {
    let world = World::new();
    let id = world.customer("ivory ice-cream cups").await;
    for fact in ["confirmed", "cancelled"] {
        let file =
            format!("{}/../../events/contracts/deal/{fact}.v1.example.json", env!("CARGO_MANIFEST_DIR"));
        let mut example: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        example["terms"]["customerId"] = id.clone().into();
        let envelope = world.envelope(&format!("deal.{fact}"), 2, example);
        assert_eq!(world.hear(&[envelope]).await, [true], "{fact}");
    }
    let deals = world.get(&format!("/v1/parties/{id}/deals")).await;
    assert_eq!(deals["data"][0]["revenueInr"], "2850000.00", "{deals}");
}

#[tokio::test]
async fn no_route_is_public_and_each_refuses_strangers_and_those_without_its_permission() {
    let world = World::new();
    let table = customer::http::routes().table();
    assert_eq!(assert_guarded(&table, world.router()).await, table.len());
    assert_eq!(world.send_bare(TestRequest::get("/v1/parties")).await.status(), 401);
}
