//! What others build on: routes, published facts, and the inventory's facts as this context reads them.

use deal_domain::deal::{
    CancelCause, CommentsPatch, CostedSource, DealCommand, DealEvent, ImportedDeal, ImportedSource, Shortage,
    TermsPatch,
};
use deal_domain::published::{
    DealAmended, DealCancelled, DealFact, DealImported, DealRejected, DealRequested, DealStands,
};
use deal_domain::{Comments, Deal, DealId, DeliveryTerms, Source, Terms};
use http_kit::Access;
use http_kit::testing::TestRequest;
use kernel::{Aggregate, Recorded, Timestamp};
use serde_json::{Value, json};
use testkit::{NOON, assert_generated, log_stream_event, sample, sample_facts};

use crate::world::{World, sale};

fn terms() -> Terms {
    let product_id = "product_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap();
    Terms {
        date: "2025-08-01".parse().unwrap(),
        customer: "Ivory Ice\u{2011}cream Cups".to_owned(),
        customer_id: Some("party_4d2f6c3f8b9a5e1d9c7b6a5f4e3d2c1b".parse().unwrap()),
        product_id,
        product_code: "TR131".to_owned(),
        quantity_kg: "30000".parse().unwrap(),
        rate_per_kg: "95".parse().unwrap(),
        delivery_terms: DeliveryTerms::Delivered,
        warehouse: Some("Main Warehouse".to_owned()),
        comments: Comments { sale: Some("before noon".to_owned()), ..Comments::default() },
        sources: vec![
            Source::Lot {
                lot_id: deal_domain::LotId::new(product_id, 1),
                quantity_kg: "16000".parse().unwrap(),
            },
            Source::Purchase {
                supplier: "Deccan Resins".to_owned(),
                supplier_id: Some("party_5e3a7d4f9c8b5f2eac8d7b6a5f4e3d2c".parse().unwrap()),
                quantity_kg: "15000".parse().unwrap(),
                rate_per_kg: "92".parse().unwrap(),
                warehouse: None,
            },
        ],
    }
}

fn costed() -> Vec<CostedSource> {
    let of_lot = |number, quantity: &str, rate: &str, supplier: &str, bought: Option<&str>| CostedSource {
        lot_id: deal_domain::LotId::new(terms().product_id, number),
        quantity_kg: quantity.parse().unwrap(),
        rate_per_kg: rate.parse().unwrap(),
        supplier: supplier.to_owned(),
        supplier_id: bought.map(|_| "party_5e3a7d4f9c8b5f2eac8d7b6a5f4e3d2c".parse().unwrap()),
        warehouse: Some("Main Warehouse".to_owned()),
        bought_kg: bought.map(|text| text.parse().unwrap()),
    };
    vec![
        of_lot(1, "16000", "90", "Gulf Polymers", None),
        of_lot(2, "14000", "92", "Deccan Resins", Some("15000")),
    ]
}

/// The fact that the last of these commands leads to.
fn fact(commands: &[DealCommand]) -> DealFact {
    let id: DealId = "deal_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap();
    let mut deal = Deal::default();
    let (mut before, mut last) = (None, None);
    for command in commands {
        for event in deal.decide(command).unwrap() {
            before = deal.registered().map(|deal| deal.terms.clone());
            deal = deal.evolve(&Recorded { sequence: 1, at: NOON, event: event.clone() });
            last = Some(event);
        }
    }
    let event: DealEvent = last.unwrap();
    DealFact::of(id, &event, before.as_ref(), deal.registered().unwrap())
}

/// A deal from a lot, a purchase and unspecified stock.
fn imported() -> ImportedDeal {
    let terms = terms();
    let source = |lot_id, quantity: &str, bought: Option<&str>| ImportedSource {
        lot_id,
        quantity_kg: quantity.parse().unwrap(),
        rate_per_kg: "90".parse().unwrap(),
        supplier: "Gulf Polymers".to_owned(),
        supplier_id: None,
        warehouse: None,
        bought_kg: bought.map(|text| text.parse().unwrap()),
    };
    ImportedDeal {
        legacy_id: "cmdk2n8d80004m6wpyr4tljrf".to_owned(),
        date: terms.date,
        customer: terms.customer,
        customer_id: terms.customer_id,
        product_id: terms.product_id,
        product_code: terms.product_code,
        quantity_kg: terms.quantity_kg,
        rate_per_kg: terms.rate_per_kg,
        delivery_terms: terms.delivery_terms,
        warehouse: terms.warehouse,
        comments: terms.comments,
        created_at: NOON,
        sources: vec![
            source(Some(deal_domain::LotId::new(terms.product_id, 1)), "16000", None),
            source(None, "13000", Some("15000")),
            source(None, "1000", None),
        ],
        originals: [("date".to_owned(), "01-08-2025".to_owned())].into(),
    }
}

fn examples() -> Vec<(DealFact, Value)> {
    let now: Timestamp = NOON;
    let request = DealCommand::Request { terms: terms(), now };
    let confirm = DealCommand::Confirm { sources: costed() };
    let shortages = vec![Shortage {
        lot_id: deal_domain::LotId::new(terms().product_id, 1),
        requested_kg: "16000".parse().unwrap(),
        available_kg: Some("15804.7".parse().unwrap()),
        short_kg: "195.3".parse().unwrap(),
    }];
    let cancel = DealCommand::Cancel { reason: Some("customer withdrew".to_owned()) };
    let comments =
        CommentsPatch { last: Some(Some("paid in advance".to_owned())), ..CommentsPatch::default() };
    let patch = TermsPatch { comments, rate_per_kg: Some("96.5".parse().unwrap()), ..TermsPatch::default() };
    let amend = DealCommand::Amend { patch };
    vec![
        (fact(std::slice::from_ref(&request)), schemars::schema_for!(DealRequested).to_value()),
        (fact(&[request.clone(), confirm.clone()]), schemars::schema_for!(DealStands).to_value()),
        (
            fact(&[request.clone(), DealCommand::Reject { shortages }]),
            schemars::schema_for!(DealRejected).to_value(),
        ),
        (fact(&[request.clone(), confirm.clone(), cancel]), schemars::schema_for!(DealCancelled).to_value()),
        (fact(&[request, confirm, amend]), schemars::schema_for!(DealAmended).to_value()),
        (fact(&[DealCommand::Import(Box::new(imported()))]), schemars::schema_for!(DealImported).to_value()),
        (
            fact(&[DealCommand::Import(Box::new(imported())), DealCommand::WithdrawImport]),
            schemars::schema_for!(DealImported).to_value(),
        ),
    ]
}

#[test]
fn the_openapi_document_is_what_the_routes_say() {
    assert_generated("functions/deal/openapi.json", &deal::http::routes().openapi());
}

#[test]
fn the_published_facts_are_what_the_code_says_and_their_examples_fit() {
    for (fact, schema) in examples() {
        let name = fact.fact_type().trim_start_matches("deal.");
        let example = json!(fact);
        assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&example), "{name}: {example}");
        assert_generated(&format!("events/contracts/deal/{name}.v1.schema.json"), &schema);
        assert_generated(&format!("events/contracts/deal/{name}.v1.example.json"), &example);
    }
}

#[test]
fn a_timeout_is_published_as_its_own_cause() {
    let request = DealCommand::Request { terms: terms(), now: NOON };
    let give_up = DealCommand::GiveUp { now: NOON.plus_days(1) };
    match fact(&[request, give_up]) {
        DealFact::Cancelled(fact) => {
            assert_eq!((&fact.cause, fact.was_confirmed), (&CancelCause::Timeout, false))
        }
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn the_facts_of_the_inventory_are_read_as_it_publishes_them() {
    let example = |name: &str| -> Value {
        let file =
            format!("{}/../../events/contracts/inventory/{name}.v1.example.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()
    };
    for (name, status) in [("stock-reserved", "confirmed"), ("stock-rejected", "rejected")] {
        let world = World::new();
        let deal = world.register("k-1", &sale()).await;
        let mut fact = example(name);
        fact["dealId"] = json!(deal);
        assert!(world.hear(&format!("inventory.{name}"), fact).await);
        assert_eq!(world.get(&format!("/v1/deals/{deal}")).await["status"], status);
    }
    for name in ["product-created", "product-changed", "product-import-withdrawn"] {
        assert!(World::new().hear(&format!("inventory.{name}"), example(name)).await, "{name}");
    }
}

#[tokio::test]
async fn the_facts_of_the_customer_context_are_read_as_it_publishes_them() {
    let world = World::new();
    for name in ["party-created", "party-changed", "party-merged", "party-unmerged", "party-import-withdrawn"]
    {
        let file =
            format!("{}/../../events/contracts/customer/{name}.v1.example.json", env!("CARGO_MANIFEST_DIR"));
        let example: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert!(world.hear(&format!("customer.{name}"), example).await, "{name}");
    }
}

#[tokio::test]
async fn the_sample_events_are_one_story() {
    let world = World::new();
    for (name, body) in sample_facts("deal") {
        if ["on-product-created.json", "on-party-created.json"].contains(&name.as_str()) {
            assert!(world.hear_message(&body).await, "{name}");
        }
    }
    let registered = world.send_bare(TestRequest::event(&sample("deal/register"))).await;
    assert_eq!(registered.status(), 202, "{}", registered.json());
    let commit = world.log.streams().into_values().flatten().next().unwrap();
    assert_generated("events/invoke/deal/log-stream.json", &log_stream_event("deal", &commit));
    for (name, body) in sample_facts("deal") {
        assert!(world.hear_message(&body).await, "{name}");
    }
}

#[tokio::test]
async fn no_route_is_public_and_each_refuses_strangers_and_those_without_its_permission() {
    let world = World::new();
    for route in deal::http::routes().table() {
        assert_ne!(route.access, Access::Public, "{}", route.path);
        let request = || TestRequest::new(route.method.clone(), route.path);
        assert_eq!(world.send_bare(request()).await.status(), 401, "{}", route.path);
        assert_eq!(
            world.send_bare(request().caller("user_1", &["nothing"])).await.status(),
            403,
            "{}",
            route.path
        );
    }
}
