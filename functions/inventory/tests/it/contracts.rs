//! What others build on: routes, published facts, and the deal context's facts as this one reads them.

use http_kit::Access;
use http_kit::testing::TestRequest;
use inventory_domain::product::{Attributes, ProductEvent};
use inventory_domain::published::{
    InventoryFact, LotAdjusted, LotReceived, ProductDescribed, ProductImportWithdrawn, StockMoved,
    StockRejected, StockReserved,
};
use inventory_domain::stock::{Draw, PurchaseTerms, Receipt, ReservedSource, Shortage, StockEvent};
use inventory_domain::{DealId, PartyId, ProductId};
use kernel::{Kg, RatePerKg};
use messaging::{BatchHandler as _, Incoming};
use serde_json::{Value, json};
use testkit::{assert_generated, log_stream_event, sample, sample_facts};

use crate::world::World;

fn kg(text: &str) -> Kg {
    text.parse().unwrap()
}

fn rate(text: &str) -> RatePerKg {
    text.parse().unwrap()
}

fn product() -> ProductId {
    ProductId::of(&"main".parse().unwrap(), &"TR131".parse().unwrap())
}

fn deal() -> DealId {
    "deal_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap()
}

fn supplier() -> Option<PartyId> {
    Some("party_6f4b8e5a0d9c5a3fbd9e8c7b6a5f4e3d".parse().unwrap())
}

fn examples() -> Vec<(InventoryFact, Value)> {
    let attributes = Attributes {
        grade: "HD HM".to_owned(),
        company: "IOCL".to_owned(),
        specific_grade: "HD".to_owned(),
        min_stock: kg("5000"),
    };
    let code = "TR131".parse().unwrap();
    let receipt = Receipt {
        supplier: "Gulf Polymers".to_owned(),
        supplier_id: supplier(),
        warehouse: Some("Main Warehouse".to_owned()),
        quantity: kg("27000"),
        rate: rate("90"),
        received_on: "2025-07-01".parse().unwrap(),
    };
    let from_lot = ReservedSource {
        lot: 1,
        quantity: kg("16000"),
        rate: rate("90"),
        supplier: "Gulf Polymers".to_owned(),
        supplier_id: supplier(),
        warehouse: Some("Main Warehouse".to_owned()),
        purchase: None,
    };
    let bought = ReservedSource {
        lot: 2,
        quantity: kg("14000"),
        rate: rate("92"),
        supplier: "Deccan Resins".to_owned(),
        supplier_id: None,
        warehouse: None,
        purchase: Some(PurchaseTerms { bought: kg("15000"), received_on: "2025-08-01".parse().unwrap() }),
    };
    let draws = vec![Draw { lot: 1, quantity: kg("16000") }, Draw { lot: 2, quantity: kg("14000") }];
    let shortages = vec![
        Shortage { lot: 1, requested: kg("1000"), available: Some(kg("804.7")) },
        Shortage { lot: 9, requested: kg("50"), available: None },
    ];
    let of_stock = |event: StockEvent| InventoryFact::of_stock(product(), &event).unwrap();
    let of_product = |event: ProductEvent| InventoryFact::of_product(product(), &event).unwrap();
    vec![
        (
            of_product(ProductEvent::ProductCreated { code, attributes: attributes.clone() }),
            schemars::schema_for!(ProductDescribed).to_value(),
        ),
        (
            of_product(ProductEvent::ProductChanged { code: "TR131".parse().unwrap(), attributes }),
            schemars::schema_for!(ProductDescribed).to_value(),
        ),
        (
            of_product(ProductEvent::ProductImportWithdrawn { code: "TR131".parse().unwrap() }),
            schemars::schema_for!(ProductImportWithdrawn).to_value(),
        ),
        (
            of_stock(StockEvent::LotReceived { lot: 1, receipt }),
            schemars::schema_for!(LotReceived).to_value(),
        ),
        (
            of_stock(StockEvent::LotAdjusted { lot: 1, delta: kg("-1.5"), reason: "spilt".to_owned() }),
            schemars::schema_for!(LotAdjusted).to_value(),
        ),
        (
            of_stock(StockEvent::StockReserved { deal: deal(), sources: vec![from_lot, bought] }),
            schemars::schema_for!(StockReserved).to_value(),
        ),
        (
            of_stock(StockEvent::StockRejected { deal: deal(), shortages }),
            schemars::schema_for!(StockRejected).to_value(),
        ),
        (
            of_stock(StockEvent::StockSold { deal: deal(), draws: draws.clone() }),
            schemars::schema_for!(StockMoved).to_value(),
        ),
        (
            of_stock(StockEvent::StockReleased { deal: deal(), draws }),
            schemars::schema_for!(StockMoved).to_value(),
        ),
    ]
}

#[test]
fn the_openapi_document_is_what_the_routes_say() {
    assert_generated("functions/inventory/openapi.json", &inventory::http::routes().openapi());
}

#[test]
fn the_published_facts_are_what_the_code_says_and_their_examples_fit() {
    for (fact, schema) in examples() {
        let name = fact.fact_type().trim_start_matches("inventory.");
        let example = json!(fact);
        assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&example), "{name}: {example}");
        assert_generated(&format!("events/contracts/inventory/{name}.v1.schema.json"), &schema);
        assert_generated(&format!("events/contracts/inventory/{name}.v1.example.json"), &example);
    }
}

#[tokio::test]
async fn the_facts_of_the_deal_context_are_read_as_it_publishes_them() {
    let world = World::new();
    for fact in ["requested", "confirmed", "cancelled"] {
        let file =
            format!("{}/../../events/contracts/deal/{fact}.v1.example.json", env!("CARGO_MANIFEST_DIR"));
        let example: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(world.hear(&[(&format!("deal.{fact}"), example)]).await, [true], "{fact}");
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
        assert_eq!(world.hear(&[(&format!("customer.{name}"), example)]).await, [true], "{name}");
    }
}

#[tokio::test]
async fn the_sample_events_are_one_story() {
    let world = World::new();
    let created = world.send_bare(TestRequest::event(&sample("inventory/create-product"))).await;
    assert_eq!(created.status(), 201, "{}", created.json());
    let commit = world.log.streams().into_values().flatten().next().unwrap();
    assert_generated("events/invoke/inventory/log-stream.json", &log_stream_event("inventory", &commit));
    for (name, body) in sample_facts("inventory") {
        let Ok(Incoming::Fact(fact)) = messaging::decode(&body) else { unreachable!("{name} holds no fact") };
        assert!(world.reactions.on_facts(&[*fact]).await[0].is_ok(), "{name}");
    }
}

#[tokio::test]
async fn no_route_is_public_and_each_refuses_strangers_and_those_without_its_permission() {
    let world = World::new();
    for route in inventory::http::routes().table() {
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
