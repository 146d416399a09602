//! `/v1/parties/{id}/deals` and `…/stats`, from the facts of the deal context.

use std::collections::BTreeSet;

use http_kit::testing::TestRequest;
use kernel::{Inr, Kg, RatePerKg};
use messaging::Envelope;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::World;

fn data(n: u32, customer: &str, date: &str, quantity: &str, rate: &str) -> Value {
    json!({
        "dealId": format!("deal_{n:032}"), "reference": format!("D-{n}"), "status": "confirmed", "sources": [],
        "terms": {
            "customer": customer, "date": date, "productCode": "TR131", "quantityKg": quantity, "ratePerKg": rate,
            "productId": "a field this context does not read",
        },
    })
}

pub(crate) fn confirmed(world: &World, n: u32, customer: &str, date: &str) -> Envelope {
    world.envelope("deal.confirmed", 2, data(n, customer, date, "1000", "95.5"))
}

fn cancelled(world: &World, n: u32, customer: &str, date: &str) -> Envelope {
    world.envelope("deal.cancelled", 3, data(n, customer, date, "1000", "95.5"))
}

async fn stats(world: &World, id: &str) -> Value {
    world.get(&format!("/v1/parties/{id}/stats")).await
}

async fn deals(world: &World, id: &str) -> Vec<String> {
    let listed = world.get(&format!("/v1/parties/{id}/deals")).await;
    let entries = listed["data"].as_array().unwrap_or_else(|| panic!("{listed}"));
    entries.iter().map(|deal| deal["reference"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn deals_are_summed_exactly_and_listed_newest_first() {
    let world = World::new();
    let id = world.customer("Ivory Ice\u{2011}cream Cups").await;
    assert_eq!(stats(&world, &id).await, json!({ "deals": 0, "quantityKg": "0.000", "revenueInr": "0.00" }));
    let facts = [
        world.envelope("deal.confirmed", 2, data(1, "Ivory ice-cream cups", "2025-07-01", "1", "0.015")),
        world.envelope("deal.confirmed", 2, data(2, "IVORY ICE-CREAM CUPS", "2025-07-03", "1", "0.015")),
        world.envelope(
            "deal.imported",
            1,
            data(3, "Ivory Ice\u{2011}cream Cups", "2023-01-01", "1000", "95.5"),
        ),
    ];
    assert_eq!(world.hear(&facts).await, [true; 3]);
    assert_eq!(deals(&world, &id).await, ["D-2", "D-1", "D-3"]);
    // Each of the small ones is shown as 0.02; together they are 0.03.
    assert_eq!(
        stats(&world, &id).await,
        json!({
            "deals": 3, "quantityKg": "1002.000", "revenueInr": "95500.03", "averageRatePerKg": "95.3094",
            "lastDealOn": "2025-07-03",
        })
    );
}

#[tokio::test]
async fn without_cost_read_trade_is_told_in_weights_only() {
    let world = World::new();
    let id = world.customer("Acme").await;
    assert_eq!(world.hear(&[confirmed(&world, 1, "Acme", "2025-07-01")]).await, [true]);
    for path in [format!("/v1/parties/{id}/deals"), format!("/v1/parties/{id}/stats")] {
        let (all, some) = (
            world.get(&path).await.to_string(),
            world.send_with(&["party:read"], TestRequest::get(&path)).await,
        );
        let some = some.json().to_string();
        assert!(all.contains("95500.00") && all.contains("95.5"), "{all}");
        for hidden in ["95500", "95.5", "Inr", "atePerKg"] {
            assert!(!some.contains(hidden), "{path} {some}");
        }
        assert!(some.contains("1000.000"), "{some}");
    }
}

#[tokio::test]
async fn a_deal_whose_import_was_taken_back_is_neither_listed_nor_counted_until_it_comes_again() {
    let world = World::new();
    let id = world.customer("Ivory").await;
    let told =
        |fact: &str, sequence| world.envelope(fact, sequence, data(1, "Ivory", "2025-07-01", "10", "95"));
    let (imported, withdrawn) = (told("deal.imported", 1), told("deal.import-withdrawn", 2));
    // The second comes first.
    assert_eq!(world.hear(&[withdrawn.clone(), imported.clone()]).await, [true; 2]);
    assert_eq!((deals(&world, &id).await.len(), &stats(&world, &id).await["deals"]), (0, &json!(0)));
    assert_eq!(world.hear(&[told("deal.imported", 3), withdrawn]).await, [true; 2]);
    assert_eq!((deals(&world, &id).await.len(), &stats(&world, &id).await["deals"]), (1, &json!(1)));
}

#[tokio::test]
async fn a_deal_counts_once_whatever_is_repeated_and_not_after_it_was_cancelled() {
    let world = World::new();
    let id = world.customer("Ivory").await;
    let (one, two) =
        (confirmed(&world, 1, "Ivory", "2025-07-01"), confirmed(&world, 2, "Ivory", "2025-07-02"));
    let off = cancelled(&world, 2, "Ivory", "2025-07-02");
    // In every order, with repetitions: the cancellation is the last word about its deal.
    for facts in [
        vec![one.clone(), two.clone(), off.clone()],
        vec![off.clone(), two.clone(), one.clone()],
        vec![two.clone(), off.clone(), two, one.clone(), one],
    ] {
        world.hear(&facts).await;
        let sum = stats(&world, &id).await;
        assert_eq!((&sum["deals"], &sum["quantityKg"]), (&json!(1), &json!("1000.000")));
        assert_eq!(sum["lastDealOn"], "2025-07-01");
    }
    let listed = world.get(&format!("/v1/parties/{id}/deals")).await;
    assert_eq!([&listed["data"][0]["status"], &listed["data"][1]["status"]], ["cancelled", "confirmed"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Four deals, each confirmed and perhaps cancelled; every fact any number of times, in any order and batches.
    #[test]
    fn stats_depend_on_the_last_word_about_each_deal_only(
        heard in prop::collection::vec((1..=4_u32, any::<bool>()), 1..24), batch in 1..5_usize,
    ) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let world = World::new();
            let id = world.customer("Ivory").await;
            let fact = |(n, off): &(u32, bool)| {
                let make = if *off { cancelled } else { confirmed };
                make(&world, *n, "IVORY", &format!("2025-07-0{n}"))
            };
            for facts in heard.chunks(batch) {
                let facts: Vec<Envelope> = facts.iter().map(fact).collect();
                assert!(world.hear(&facts).await.into_iter().all(|settled| settled));
            }
            let off: BTreeSet<u32> = heard.iter().filter(|(_, off)| *off).map(|(n, _)| *n).collect();
            let standing: BTreeSet<u32> = heard.iter().map(|(n, _)| *n).filter(|n| !off.contains(n)).collect();
            let sum = stats(&world, &id).await;
            assert_eq!(sum["deals"], json!(standing.len()));
            let exact = RatePerKg::from_ten_thousandths(955_000).times(Kg::from_grams(1_000_000));
            let revenue: Inr = standing.iter().map(|_| exact).sum();
            assert_eq!(sum["revenueInr"], json!(revenue));
            let last = standing.last().map(|n| json!(format!("2025-07-0{n}")));
            assert_eq!(sum.get("lastDealOn"), last.as_ref());
        });
    }
}

#[tokio::test]
async fn deals_follow_a_party_through_renaming_merging_and_unmerging() {
    let world = World::new();
    // Before anybody entered the party.
    world.hear(&[confirmed(&world, 1, "Ebony Works", "2025-07-01")]).await;
    let (ebony, ivory) = (world.customer("Ebony Works").await, world.customer("Ivory").await);
    world.hear(&[confirmed(&world, 2, "Ivory", "2025-07-02")]).await;
    world.change(&ivory, &json!({ "name": "Ivory Foods" })).await;
    let mut by_id = data(3, "whatever it was called", "2025-07-03", "1", "1");
    by_id["terms"]["customerId"] = json!(ivory);
    world.hear(&[world.envelope("deal.confirmed", 2, by_id)]).await;
    assert_eq!(deals(&world, &ivory).await, ["D-3", "D-2"]);
    assert_eq!(deals(&world, &ebony).await, ["D-1"]);
    world.merge(&ebony, &ivory).await;
    world.relay_all().await;
    for id in [&ivory, &ebony] {
        assert_eq!(deals(&world, id).await, ["D-3", "D-2", "D-1"]);
        assert_eq!(stats(&world, id).await["deals"], 3);
    }
    world.act(&ebony, "unmerge").await;
    world.relay_all().await;
    assert_eq!((deals(&world, &ivory).await.len(), deals(&world, &ebony).await.len()), (2, 1));
}

#[tokio::test]
async fn an_alias_brings_the_deals_that_name_it() {
    let world = World::new();
    world.hear(&[confirmed(&world, 1, "Ivory Trading", "2025-07-01")]).await;
    let id = world.customer("Ivory").await;
    assert!(deals(&world, &id).await.is_empty());
    world.change(&id, &json!({ "aliases": ["Ivory Trading"] })).await;
    assert_eq!(deals(&world, &id).await, ["D-1"]);
}

#[tokio::test]
async fn pages_of_deals_fit_together_over_merged_parties() {
    let world = World::new();
    let (a, b) = (world.customer("A1").await, world.customer("B1").await);
    for n in 1..=9 {
        let customer = if n % 2 == 0 { "A1" } else { "B1" };
        world.hear(&[confirmed(&world, n, customer, &format!("2025-07-0{n}"))]).await;
    }
    world.merge(&a, &b).await;
    world.relay_all().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.get(&format!("/v1/parties/{b}/deals?limit=4{cursor}")).await;
        seen.extend(page["data"].as_array().unwrap().iter().map(|deal| deal["reference"].clone()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let expected: Vec<Value> = (1..=9).rev().map(|n| json!(format!("D-{n}"))).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_alone() {
    let world = World::new();
    let id = world.customer("Ivory").await;
    let facts = [
        world.envelope("deal.confirmed", 2, json!({ "dealId": "nonsense" })),
        confirmed(&world, 1, "Ivory", "2025-07-01"),
        world.envelope("deal.invented", 2, json!({})),
        confirmed(&world, 2, "- / -", "2025-07-01"),
    ];
    assert_eq!(world.hear(&facts).await, [false, true, false, true]);
    assert_eq!(deals(&world, &id).await, ["D-1"]);
}

#[tokio::test]
async fn an_unknown_party_has_no_deals() {
    let world = World::new();
    for what in ["deals", "stats"] {
        let path = format!("/v1/parties/party_00000000000000000000000000000000/{what}");
        assert_eq!(world.get(&path).await["status"], 404);
    }
}

#[tokio::test]
async fn an_amended_deal_is_filed_on_its_new_terms_and_an_amended_import_stays_as_it_is() {
    let world = World::new();
    let id = world.customer("Ivory").await;
    let source = json!({ "supplier": "Gulf", "quantityKg": "1000", "ratePerKg": "90" });
    let amended = |n: u32, sources: Value, rate: &str| {
        let mut fact = data(n, "Ivory", "2025-07-01", "1000", rate);
        fact["sources"] = sources;
        fact
    };
    let imported = world.envelope("deal.imported", 1, data(2, "Ivory", "2025-06-01", "1000", "10"));
    assert_eq!(world.hear(&[confirmed(&world, 1, "Ivory", "2025-07-01"), imported]).await, [true; 2]);
    let facts = [
        world.envelope("deal.amended", 3, amended(1, json!([source]), "97")),
        world.envelope("deal.amended", 2, amended(2, json!([]), "10")),
    ];
    assert_eq!(world.hear(&facts).await, [true; 2]);
    assert_eq!(stats(&world, &id).await["revenueInr"], "107000.00");
    // The confirmation again, late, takes nothing back.
    assert_eq!(world.hear(&[confirmed(&world, 1, "Ivory", "2025-07-01")]).await, [true]);
    assert_eq!(stats(&world, &id).await["revenueInr"], "107000.00");
}
