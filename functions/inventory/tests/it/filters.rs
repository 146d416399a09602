//! Every filter of `GET /v1/lots` and every sum over stock against a plain reading of the folded streams.

use std::collections::BTreeMap;

use http_kit::testing::TestRequest;
use inventory::lot_view::LotView;
use inventory_domain::stock::Lot;
use inventory_domain::{LotId, ProductCode};
use kernel::{BusinessDate, Clock as _, Inr, Kg, RatePerKg};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{World, encoded};

/// Code, grade, company.
const PRODUCTS: [(&str, &str, &str); 4] = [
    ("TR131", "PP Raffia", "RIL"),
    ("B5004 / B6003", "HD Blow", "HPL"),
    ("F1", "", "ril"),
    ("%", "PP 50%", ""),
];
const SUPPLIERS: [&str; 4] = ["Gulf Polymers", "Gulf", "Café Plast", "Ivory Ice\u{2011}cream"];
const WAREHOUSES: [Option<&str>; 3] = [None, Some("Bhiwandi"), Some("Main Warehouse")];

/// A lot to receive, and what becomes of it.
#[derive(Debug, Clone)]
struct Sample {
    product: usize,
    supplier: usize,
    warehouse: usize,
    age_days: i64,
    kg: u32,
    rate: u32,
    fate: u8,
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let sample =
        (0..4_usize, 0..4_usize, 0..3_usize, -2..150_i64, 1..60_u32, 800_000..1_300_000_u32, 0..7_u8);
    let sample = sample.prop_map(|(product, supplier, warehouse, age_days, kg, rate, fate)| Sample {
        product,
        supplier,
        warehouse,
        age_days,
        kg,
        rate,
        fate,
    });
    prop::collection::vec(sample, 1..14)
}

fn today(world: &World) -> BusinessDate {
    world.clock.now().business_date()
}

fn rate(units: u32) -> RatePerKg {
    RatePerKg::from_ten_thousandths(i64::from(units))
}

async fn firm(samples: &[Sample]) -> World {
    let world = World::new();
    let mut products = Vec::new();
    for (n, (code, grade, company)) in PRODUCTS.into_iter().enumerate() {
        let body = json!({ "productCode": code, "grade": grade, "company": company });
        let made = world.send(TestRequest::post("/v1/products").key(&format!("p-{n}")).json(&body)).await;
        products.push(made.json()["id"].as_str().unwrap().to_owned());
    }
    for (n, sample) in samples.iter().enumerate() {
        let product = &products[sample.product];
        let mut body = json!({
            "productId": product, "supplier": SUPPLIERS[sample.supplier], "quantityKg": format!("{}.7", sample.kg),
            "ratePerKg": rate(sample.rate), "receivedOn": today(&world).plus_days(-sample.age_days).unwrap(),
        });
        if let Some(warehouse) = WAREHOUSES[sample.warehouse] {
            body["warehouse"] = warehouse.into();
        }
        let made = world
            .send(TestRequest::post("/v1/lots?createMissing=true").key(&format!("l-{n}")).json(&body))
            .await;
        assert_eq!(made.status(), 201, "{}", made.json());
        become_of(&world, product, made.json()["id"].as_str().unwrap(), n, sample).await;
    }
    world.relay_all().await;
    world
}

/// Corrected, emptied, or drawn upon by a deal that is pending, confirmed or cancelled.
async fn become_of(world: &World, product: &str, lot: &str, n: usize, sample: &Sample) {
    let adjusted = match sample.fate {
        0 => Some(format!("-{}.7", sample.kg)),
        1 => Some("-0.125".to_owned()),
        _ => None,
    };
    if let Some(by) = adjusted {
        let body = json!({ "quantityKg": by, "reason": "recount" });
        let path = format!("/v1/lots/{lot}/adjustments");
        let made = world.send(TestRequest::post(&path).key(&format!("a-{n}")).json(&body)).await;
        assert_eq!(made.status(), 201, "{}", made.json());
    }
    if sample.fate < 3 {
        return;
    }
    let deal = format!("deal_{n:032x}");
    let sources = json!([
        { "kind": "lot", "lotId": lot, "quantityKg": "0.5" },
        { "kind": "purchase", "supplier": "Fresh", "quantityKg": "2", "ratePerKg": "91.5" },
    ]);
    let request = json!({
        "dealId": deal, "productId": product, "quantityKg": "2", "date": today(world), "due": "2027-01-01T00:00:00Z",
        "sources": sources,
    });
    let terms = json!({ "dealId": deal, "terms": { "productId": product, "date": today(world) } });
    let mut facts = vec![("deal.requested", request)];
    match sample.fate {
        4 => facts.push(("deal.confirmed", terms)),
        5 => {
            facts.push(("deal.cancelled", json!({ "dealId": deal, "terms": terms["terms"], "sources": [] })))
        }
        _ => {}
    }
    for (name, data) in facts {
        assert_eq!(world.hear(&[(name, data)]).await, [true], "{name}");
    }
}

/// A filter as the query has it.
fn filters() -> impl Strategy<Value = (&'static str, String)> {
    let day = |n: i64| "2026-11-22".parse::<BusinessDate>().unwrap().plus_days(-n).unwrap().to_string();
    prop_oneof![
        (0..4_usize).prop_map(|n| ("productId", PRODUCTS[n].0.to_owned())),
        prop::sample::select(vec!["gulf", "GULF  polymers", "cafe plast", "ivory ice-cream", "Nobody"])
            .prop_map(|name| ("supplier", name.to_owned())),
        prop::sample::select(vec!["bhiwandi", "main  warehouse"]).prop_map(|n| ("warehouse", n.to_owned())),
        any::<bool>().prop_map(|yes| ("available", yes.to_string())),
        (-3..160_i64).prop_map(move |n| ("receivedFrom", day(n))),
        (-3..160_i64).prop_map(move |n| ("receivedTo", day(n))),
        (0..160_u32).prop_map(|n| ("minAgeDays", n.to_string())),
        (0..160_u32).prop_map(|n| ("maxAgeDays", n.to_string())),
        (800_000..1_300_000_u32).prop_map(|n| ("minRatePerKg", rate(n).to_string())),
        (800_000..1_300_000_u32).prop_map(|n| ("maxRatePerKg", rate(n).to_string())),
        prop::sample::select(vec!["gulf", "ice cream", "b5004", "tr131 gulf", "main", "fresh", "%"])
            .prop_map(|n| ("q", n.to_owned())),
    ]
}

/// Whether somebody who reads the lot would say that it passes.
fn passes(name: &str, value: &str, code: &ProductCode, lot: &Lot, today: BusinessDate) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('\u{2011}', "-").replace('é', "e");
    let blanks = |text: &str| plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let warehouse = lot.warehouse.clone().unwrap_or_default();
    let day = || value.parse::<BusinessDate>().unwrap();
    let age = || (today.days_since(lot.received_on), value.parse::<i64>().unwrap());
    let bound = || value.parse::<RatePerKg>().unwrap();
    match name {
        "productId" => code.to_string() == value,
        "supplier" => blanks(&lot.supplier) == blanks(value),
        "warehouse" => blanks(&warehouse) == blanks(value),
        "available" => value == "false" || lot.available.is_positive(),
        "receivedFrom" => lot.received_on >= day(),
        "receivedTo" => lot.received_on <= day(),
        "minAgeDays" => age().0 >= age().1,
        "maxAgeDays" => age().0 <= age().1,
        "minRatePerKg" => lot.rate >= bound(),
        "maxRatePerKg" => lot.rate <= bound(),
        _ => {
            let text = plain(&format!("{code} {} {warehouse}", lot.supplier));
            let typed: Vec<String> = plain(value).split([' ', '%']).map(str::to_owned).collect();
            typed.iter().all(|word| text.contains(word.as_str()))
        }
    }
}

/// Sums over the lots of products that `picked` picks, by what `key` makes of product and lot.
fn sums<K: Ord>(
    lots: &[(LotId, ProductCode, Lot, u64)],
    key: impl Fn(&ProductCode, &Lot) -> Option<K>,
) -> BTreeMap<K, (u64, Kg, Kg, Inr)> {
    let mut sums: BTreeMap<K, (u64, Kg, Kg, Inr)> = BTreeMap::new();
    for (_, code, lot, _) in lots {
        if let Some(key) = key(code, lot) {
            let sum = sums.entry(key).or_default();
            sum.0 += u64::from(lot.available.is_positive());
            sum.1 = sum.1.saturating_add(lot.available);
            sum.2 = sum.2.saturating_add(lot.reserved);
            sum.3 = sum.3 + lot.rate.times(lot.available);
        }
    }
    sums
}

fn attributes(code: &ProductCode) -> (&'static str, &'static str) {
    let (_, grade, company) = PRODUCTS.into_iter().find(|(known, ..)| *known == code.to_string()).unwrap();
    (grade, company)
}

async fn check_lots(world: &World, chosen: &BTreeMap<&str, String>, oldest_first: bool) {
    let today = today(world);
    let lots = world.folded();
    let mut query = String::new();
    for (name, value) in chosen {
        let id = lots
            .iter()
            .find(|(_, code, ..)| code.to_string() == *value)
            .map(|(id, ..)| id.root().to_string());
        let unknown = "product_00000000000000000000000000000000".to_owned();
        let value = if *name == "productId" { id.unwrap_or(unknown) } else { value.clone() };
        query.push_str(&format!("&{name}={}", encoded(&value)));
    }
    let picked = lots
        .iter()
        .filter(|(_, code, lot, _)| chosen.iter().all(|(name, value)| passes(name, value, code, lot, today)));
    let mut picked: Vec<_> = picked.collect();
    picked.sort_by_key(|(id, _, lot, _)| (lot.received_on, id.root().to_string(), id.number()));
    if !oldest_first {
        picked.reverse();
    }
    let view = |(id, code, lot, version): &&(LotId, ProductCode, Lot, u64)| {
        json!(LotView::of(*id, Some(code.clone()), lot, *version))
    };
    let expected: Vec<Value> = picked.iter().map(view).collect();
    let sort = if oldest_first { "receivedOn" } else { "-receivedOn" };
    let found = world.listed(&format!("/v1/lots?sort={sort}{query}")).await;
    assert_eq!(found, expected, "{query}");
    let page = world.get(&format!("/v1/lots?include=total{query}")).await;
    assert_eq!((&page["total"], page.get("totalIsAtLeast")), (&json!(expected.len()), None), "{query}");
}

async fn check_sums(world: &World, ends: &[u32]) {
    let (lots, today) = (world.folded(), today(world));
    for (by, key) in [
        ("none", Box::new(|_: &ProductCode| "all".to_owned()) as Box<dyn Fn(&ProductCode) -> String>),
        ("company", Box::new(|code| attributes(code).1.to_lowercase())),
        ("grade", Box::new(|code| attributes(code).0.to_lowercase())),
        ("product", Box::new(ToString::to_string)),
    ] {
        let mut expected = sums(&lots, |code, _| Some(key(code)));
        expected.retain(|_, (_, available, reserved, _)| {
            by == "none" || !(available.is_zero() && reserved.is_zero())
        });
        let shown = world.get(&format!("/v1/stock/valuation?groupBy={by}")).await;
        let rows = shown["data"].as_array().unwrap();
        assert_eq!(rows.len(), expected.len(), "{by} {shown}");
        for row in rows {
            let named = row["key"].as_str().unwrap();
            let named = if by == "product" { named.to_owned() } else { named.to_lowercase() };
            let (lots, available, reserved, value) = expected[&named];
            let found = json!([row["lots"], row["availableKg"], row["reservedKg"], row["valueInr"]]);
            assert_eq!(found, json!([lots, available, reserved, value]), "{by} {named}");
        }
    }
    let listed = world.listed("/v1/stock").await;
    assert_eq!(listed.len(), PRODUCTS.len());
    let by_product = sums(&lots, |code, _| Some(code.to_string()));
    for row in &listed {
        let code = row["productCode"].as_str().unwrap();
        let (count, available, reserved, value) = by_product.get(code).copied().unwrap_or_default();
        let there =
            lots.iter().filter(|(_, of, lot, _)| of.to_string() == code && lot.available.is_positive());
        assert_eq!(
            row["oldestReceivedOn"],
            json!(there.map(|(_, _, lot, _)| lot.received_on).min()),
            "{row}"
        );
        let found = json!([row["lots"], row["availableKg"], row["reservedKg"], row["valueInr"]]);
        assert_eq!(found, json!([count, available, reserved, value]), "{code}");
    }
    let texts: Vec<String> = ends.iter().map(ToString::to_string).collect();
    let shown = world.get(&format!("/v1/stock/ageing?buckets={}", texts.join(","))).await;
    let place = |lot: &Lot| {
        let age = today.days_since(lot.received_on);
        ends.iter().filter(|end| i64::from(**end) < age).count()
    };
    let expected = sums(&lots, |_, lot| Some(place(lot)));
    for (n, bucket) in shown["data"].as_array().unwrap().iter().enumerate() {
        let (count, available, _, value) = expected.get(&n).copied().unwrap_or_default();
        let from = n.checked_sub(1).map_or(0, |before| ends[before] + 1);
        let mut wanted =
            json!({ "fromDays": from, "lots": count, "availableKg": available, "valueInr": value });
        if let Some(end) = ends.get(n) {
            wanted["toDays"] = json!(end);
        }
        assert_eq!(*bucket, wanted, "{shown}");
    }
    assert_eq!(shown["asOf"], json!(today));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn filters_pick_what_a_reader_would_and_sums_are_exact(
        samples in samples(),
        chosen in prop::collection::vec(filters(), 0..4),
        oldest_first in any::<bool>(),
        ends in prop::collection::btree_set(1..140_u32, 1..5),
    ) {
        // One value a parameter.
        let chosen: BTreeMap<&str, String> = chosen.into_iter().collect();
        let ends: Vec<u32> = ends.into_iter().collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = firm(&samples).await;
            check_lots(&world, &chosen, oldest_first).await;
            check_sums(&world, &ends).await;
        });
    }
}
