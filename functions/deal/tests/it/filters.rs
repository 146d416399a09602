//! Every filter of `GET /v1/deals` and `GET /v1/deals/summary` against a plain reading of each deal.

use std::collections::BTreeMap;

use kernel::{Inr, Kg};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{LOT, World, sale};

const CUSTOMERS: [&str; 4] = ["Ivory Ice\u{2011}cream Cups", "Jade & Sons", "Acme (Films)", "Café Plast"];
const SUPPLIERS: [&str; 3] = ["Gulf Polymers", "Gulf", "Deccan Resins"];
const WAREHOUSES: [Option<&str>; 3] = [None, Some("Bhiwandi"), Some("Main Warehouse")];

/// A deal to register, and how it is decided.
#[derive(Debug, Clone)]
struct Sample {
    day: u32,
    customer: usize,
    warehouse: usize,
    pickup: bool,
    kg: u32,
    rate: u32,
    cost: u32,
    suppliers: Vec<usize>,
    outcome: u8,
    comment: bool,
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let sample = (
        (0..90_u32, 0..4_usize, 0..3_usize, any::<bool>(), 1..40_u32),
        (
            80_000..120_000_u32,
            80_000..120_000_u32,
            prop::collection::vec(0..3_usize, 1..3),
            0..4_u8,
            any::<bool>(),
        ),
    );
    let sample = sample.prop_map(
        |((day, customer, warehouse, pickup, kg), (rate, cost, suppliers, outcome, comment))| Sample {
            day,
            customer,
            warehouse,
            pickup,
            kg,
            rate,
            cost,
            suppliers,
            outcome,
            comment,
        },
    );
    prop::collection::vec(sample, 1..14)
}

/// Day `n` from 2025-06-01 on.
fn day(n: u32) -> String {
    match n {
        0..30 => format!("2025-06-{:02}", n + 1),
        30..61 => format!("2025-07-{:02}", n - 29),
        _ => format!("2025-08-{:02}", n - 60),
    }
}

fn rate(units: u32) -> String {
    format!("{}.{:03}", units / 1_000, units % 1_000)
}

async fn firm(samples: &[Sample]) -> World {
    let world = World::new();
    for (n, sample) in samples.iter().enumerate() {
        let mut body = sale();
        body["date"] = day(sample.day).into();
        body["customer"] = CUSTOMERS[sample.customer].into();
        body["quantityKg"] = format!("{}.5", sample.kg).into();
        body["sources"][0]["quantityKg"] = format!("{}.5", sample.kg).into();
        body["ratePerKg"] = rate(sample.rate).into();
        body["deliveryTerms"] = if sample.pickup { "pickup" } else { "delivered" }.into();
        if let Some(warehouse) = WAREHOUSES[sample.warehouse] {
            body["warehouse"] = warehouse.into();
        }
        if sample.comment {
            body["saleComments"] = "Before Noon, please".into();
        }
        let deal = world.register(&format!("k-{n}"), &body).await;
        match sample.outcome {
            0 => {}
            1 => assert!(world.hear_rejected(&deal).await),
            _ => confirm(&world, &deal, sample).await,
        }
    }
    world.relay_all().await;
    world
}

/// Confirms with the sold quantity shared among the suppliers.
async fn confirm(world: &World, deal: &str, sample: &Sample) {
    let whole: Kg = format!("{}.5", sample.kg).parse().unwrap();
    let parts = i64::try_from(sample.suppliers.len()).unwrap();
    let sources: Vec<Value> = (0_i64..)
        .zip(&sample.suppliers)
        .map(|(n, supplier)| {
            let share = whole.grams() / parts + if n == 0 { whole.grams() % parts } else { 0 };
            json!({
                "lotId": LOT, "quantityKg": Kg::from_grams(share), "ratePerKg": rate(sample.cost),
                "supplier": SUPPLIERS[*supplier],
            })
        })
        .collect();
    let data = json!({ "dealId": deal, "productId": crate::world::PRODUCT, "sources": sources });
    assert!(world.hear("inventory.stock-reserved", data).await);
}

/// All entries of a list, page by page.
async fn listed(world: &World, query: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut path = format!("/v1/deals?limit=4{query}");
    loop {
        let page = world.get(&path).await;
        found.extend(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["nextCursor"].as_str() else { return found };
        path = format!("/v1/deals?limit=4{query}&cursor={cursor}");
    }
}

type Test = Box<dyn Fn(&Value) -> bool>;

/// A filter as the query has it, and as a reader of the deal would check it.
fn filters() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        (0..90_u32).prop_map(|n| ("from", day(n))),
        (0..90_u32).prop_map(|n| ("to", day(n))),
        prop::sample::select(vec!["ivory ice-cream CUPS", "Jade & Sons", "cafe plast", "Nobody"])
            .prop_map(|name| ("customer", name.to_owned())),
        prop::sample::select(vec!["gulf", "Gulf Polymers", "deccan resins"])
            .prop_map(|n| ("supplier", n.to_owned())),
        prop::sample::select(vec!["bhiwandi", "main  warehouse"]).prop_map(|n| ("warehouse", n.to_owned())),
        prop::sample::select(vec!["delivered", "pickup"]).prop_map(|n| ("deliveryTerms", n.to_owned())),
        prop::sample::select(vec!["pending", "confirmed", "rejected"]).prop_map(|n| ("status", n.to_owned())),
        (1..40_u32).prop_map(|n| ("minQuantityKg", n.to_string())),
        (1..40_u32).prop_map(|n| ("maxQuantityKg", n.to_string())),
        (0..4_000_u32).prop_map(|n| ("minRevenueInr", n.to_string())),
        (0..4_000_u32).prop_map(|n| ("maxRevenueInr", n.to_string())),
        (-900..900_i32).prop_map(|n| ("minMarginInr", n.to_string())),
        (-900..900_i32).prop_map(|n| ("maxMarginInr", n.to_string())),
        prop::sample::select(vec!["noon", "ice cream", "deccan", "TR131 jade"])
            .prop_map(|n| ("q", n.to_owned())),
    ]
}

fn check(name: &str, value: &str) -> Test {
    let value = value.to_owned();
    let plain = |text: &str| text.to_lowercase().replace('\u{2011}', "-").replace('é', "e");
    let blanks = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let same = move |a: &str, b: &str| blanks(&plain(a)) == blanks(&plain(b));
    let inr = |deal: &Value, field: &str| deal[field].as_str().map(|text| text.parse::<Inr>().unwrap());
    match name {
        "from" => Box::new(move |deal| *deal["date"].as_str().unwrap() >= *value),
        "to" => Box::new(move |deal| *deal["date"].as_str().unwrap() <= *value),
        "customer" | "warehouse" => {
            let field = name.to_owned();
            Box::new(move |deal| deal[&field].as_str().is_some_and(|text| same(text, &value)))
        }
        "supplier" => Box::new(move |deal| {
            let sources = deal["sources"].as_array().unwrap();
            sources.iter().any(|source| source["supplier"].as_str().is_some_and(|text| same(text, &value)))
        }),
        "deliveryTerms" | "status" => {
            let field = name.to_owned();
            Box::new(move |deal| deal[&field] == *value)
        }
        "minQuantityKg" | "maxQuantityKg" => {
            let (least, bound) = (name == "minQuantityKg", value.parse::<Kg>().unwrap());
            Box::new(move |deal| {
                let kg: Kg = deal["quantityKg"].as_str().unwrap().parse().unwrap();
                if least { kg >= bound } else { kg <= bound }
            })
        }
        "q" => Box::new(move |deal| {
            let text = plain(&deal.to_string());
            plain(&value).split_whitespace().all(|word| text.contains(word))
        }),
        _ => {
            let (least, bound) = (name.starts_with("min"), value.parse::<Inr>().unwrap());
            let field = if name.contains("Revenue") { "revenueInr" } else { "marginInr" };
            Box::new(move |deal| {
                inr(deal, field).is_some_and(|it| if least { it >= bound } else { it <= bound })
            })
        }
    }
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// A sum over deals as they are shown, exactly: from quantities and rates, not from rounded amounts.
fn group_sums(deals: &[Value], by: &str) -> BTreeMap<String, (u64, Kg, Inr, Inr)> {
    let mut groups: BTreeMap<String, (u64, Kg, Inr, Inr)> = BTreeMap::new();
    for deal in deals {
        let kg = |value: &Value| value["quantityKg"].as_str().unwrap().parse::<Kg>().unwrap();
        let rate = |value: &Value| value["ratePerKg"].as_str().unwrap().parse::<kernel::RatePerKg>().unwrap();
        // What is not confirmed was asked for, and came from nowhere.
        let sources = deal["sources"].as_array().filter(|_| deal["status"] == "confirmed");
        let sources = sources.map(Vec::as_slice).unwrap_or_default();
        let mut add = |key: String, count: u64, quantity: Kg, cost: Inr| {
            let sums = groups.entry(key).or_default();
            *sums = (
                sums.0 + count,
                sums.1.saturating_add(quantity),
                sums.2 + rate(deal).times(quantity),
                sums.3 + cost,
            );
        };
        if by == "supplier" {
            let mut counted = Vec::new();
            for source in sources {
                let supplier = source["supplier"].as_str().unwrap().to_owned();
                let first = !counted.contains(&supplier);
                counted.push(supplier.clone());
                add(supplier, u64::from(first), kg(source), rate(source).times(kg(source)));
            }
        } else {
            let cost = sources.iter().map(|source| rate(source).times(kg(source))).sum();
            let key = match by {
                "month" => deal["date"].as_str().unwrap()[..7].to_owned(),
                "customer" => deal["customer"].as_str().unwrap().to_owned(),
                "product" => deal["productCode"].as_str().unwrap().to_owned(),
                _ => "all".to_owned(),
            };
            add(key, 1, kg(deal), cost);
        }
    }
    groups
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn filters_pick_what_a_reader_would_and_sums_are_exact(
        samples in samples(),
        chosen in prop::collection::vec(filters(), 0..4),
        oldest_first in any::<bool>(),
        by in prop::sample::select(vec!["month", "customer", "product", "supplier", "none"]),
    ) {
        // One value a parameter.
        let chosen: BTreeMap<&str, String> = chosen.into_iter().collect();
        let query: String = chosen.iter().map(|(name, value)| format!("&{name}={}", encoded(value))).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = firm(&samples).await;
            let all = listed(&world, "").await;
            assert_eq!(all.len(), samples.len());
            let checks: Vec<Test> = chosen.iter().map(|(name, value)| check(name, value)).collect();
            let mut expected: Vec<Value> = all.into_iter().filter(|deal| checks.iter().all(|check| check(deal))).collect();
            let page = world.get(&format!("/v1/deals?include=total{query}")).await;
            assert_eq!(page["total"], expected.len(), "{query}");
            let sort = if oldest_first { "&sort=date" } else { "" };
            let found = listed(&world, &format!("{query}{sort}")).await;
            if oldest_first {
                expected.reverse();
            }
            assert_eq!(found, expected, "{query}");

            if !chosen.contains_key("status") {
                expected.retain(|deal| deal["status"] == "confirmed");
            }
            let shown = world.get(&format!("/v1/deals/summary?groupBy={by}{query}")).await;
            let mut sums = group_sums(&expected, by);
            if by == "none" {
                sums.entry("all".to_owned()).or_default();
            }
            let rows = shown["data"].as_array().unwrap();
            assert_eq!(rows.len(), sums.len(), "{shown}");
            for row in rows {
                let (deals, quantity, revenue, cost) = sums[row["key"].as_str().unwrap()];
                assert_eq!(*row, json!({
                    "key": row["key"], "deals": deals, "quantityKg": quantity, "revenueInr": revenue,
                    "costInr": cost, "marginInr": revenue - cost,
                }));
            }
        });
    }
}
