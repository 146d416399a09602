//! What people do in the sheet, and what comes of it.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};
use sync::adapters::Mishap;
use sync::ports::Work;
use sync_domain::{Cell, Policy};

use crate::world::{World, cancelled, deal_id};

/// The column of the sale rate, from A as 0.
const RATE: usize = 4;
/// The column of the delivery terms.
const TERMS: usize = 5;

async fn world_of(policy: Policy, deals: u32) -> World {
    let world = World::with_policy(policy);
    for number in 1..=deals {
        world.confirm(number, 1).await;
    }
    assert_eq!(world.settle().await, 0);
    world
}

/// Lets people type into the row of a deal, wherever it stands.
fn type_in(world: &World, deal: u32, column: usize, text: &str) {
    let key = format!("row_{deal:032x}_1");
    world.sheet.people(|lines| {
        let line = lines.iter_mut().find(|line| line[0].meaning() == key).unwrap();
        line[column] = text.parse().map_or_else(|_| Cell::text(text), Cell::Number);
    });
}

fn cell(world: &World, deal: u32, column: usize) -> String {
    let key = format!("row_{deal:032x}_1");
    let lines = world.sheet.lines();
    lines.iter().find(|line| line[0].meaning() == key).unwrap()[column].meaning()
}

async fn state(world: &World, deal: u32) -> String {
    let rows = world.get(&format!("/v1/sync/rows?dealId={}", deal_id(deal))).await;
    rows["data"][0]["state"].as_str().unwrap().to_owned()
}

async fn conflicts(world: &World, query: &str) -> Vec<Value> {
    let page = world.get(&format!("/v1/sync/conflicts{query}")).await;
    page["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_rate_typed_into_a_row_amends_the_deal_once_and_the_row_is_as_wanted_again() {
    for policy in [Policy::DatabaseWins, Policy::SheetWins, Policy::Manual] {
        let world = world_of(policy, 3).await;
        world.sheet.people(|lines| {
            lines[1..].reverse();
            lines.insert(1, vec![Cell::Empty, Cell::text("a line of somebody else")]);
        });
        type_in(&world, 2, RATE, "97.5");
        assert_eq!(world.pull().await, 0);
        let (version, deal) = world.firm.deal(2);
        assert_eq!((version, &deal["terms"]["ratePerKg"]), (3, &json!("97.50")), "{policy:?}");
        assert_eq!(
            (state(&world, 2).await, cell(&world, 2, RATE)),
            ("written".to_owned(), "97.5".to_owned())
        );
        let written = world.sheet.written();
        // The fact about it, late, and more looks, change nothing.
        assert!(world.hear("deal.amended", 3, deal).await);
        assert_eq!((world.settle().await, world.pull().await), (0, 0));
        assert_eq!((world.sheet.written(), world.firm.asked()), (written, 1));
        assert!(conflicts(&world, "").await.is_empty());
    }
}

#[tokio::test]
async fn the_same_rate_typed_again_after_the_deal_went_back_is_another_amendment() {
    let world = world_of(Policy::DatabaseWins, 1).await;
    for asked in 1..=2 {
        type_in(&world, 1, RATE, "97.5");
        assert_eq!((world.pull().await, world.firm.asked()), (0, asked));
        assert_eq!(world.firm.deal(1).1["terms"]["ratePerKg"], "97.50");
        world.amend(1, "ratePerKg", "95.00").await;
        assert_eq!((world.settle().await, cell(&world, 1, RATE)), (0, "95".to_owned()));
    }
}

#[tokio::test]
async fn what_the_sheet_and_the_api_change_in_different_cells_both_lands() {
    let world = world_of(Policy::DatabaseWins, 1).await;
    type_in(&world, 1, RATE, "97.5");
    world.amend(1, "deliveryTerms", "pickup").await;
    world.amend(1, "saleComments", "before noon").await;
    assert_eq!((world.settle().await, world.pull().await), (0, 0));
    let (_, deal) = world.firm.deal(1);
    let terms = &deal["terms"];
    assert_eq!(
        (&terms["ratePerKg"], &terms["deliveryTerms"], &terms["saleComments"]),
        (&json!("97.50"), &json!("pickup"), &json!("before noon"))
    );
    assert_eq!((cell(&world, 1, RATE), cell(&world, 1, TERMS)), ("97.5".to_owned(), "pickup".to_owned()));
    assert!(conflicts(&world, "").await.is_empty());
}

#[tokio::test]
async fn what_both_change_in_one_cell_is_a_conflict_that_the_policy_settles() {
    for (policy, outcome, rate, shown) in [
        (Policy::DatabaseWins, "database", "96.00", "96"),
        (Policy::SheetWins, "sheet", "97.50", "97.5"),
        (Policy::Manual, "open", "96.00", "97.5"),
    ] {
        let world = world_of(policy, 1).await;
        type_in(&world, 1, RATE, "97.5");
        world.amend(1, "ratePerKg", "96.00").await;
        assert_eq!((world.settle().await, world.pull().await, world.pull().await), (0, 0, 0));
        let met = conflicts(&world, "").await;
        assert_eq!(met.len(), 1, "{policy:?}: {met:?}");
        let value = |side: &str| (met[0][side]["value"].clone(), met[0][side]["by"].clone());
        assert_eq!(
            (value("database"), value("sheet"), &met[0]["base"], &met[0]["outcome"]),
            (
                (json!("96"), json!("system:deal")),
                (json!("97.5"), json!("system:sheet")),
                &json!("95"),
                &json!(outcome)
            )
        );
        assert!(met[0]["sheet"]["at"].as_str() > met[0]["database"]["at"].as_str(), "{met:?}");
        assert_eq!(
            (&world.firm.deal(1).1["terms"]["ratePerKg"], cell(&world, 1, RATE)),
            (&json!(rate), shown.to_owned())
        );
    }
}

#[tokio::test]
async fn the_policy_of_the_connection_is_chosen_by_people_and_counts_from_the_next_flush_on() {
    for (policy, rate, note) in [("database_wins", "96", "put back"), ("sheet_wins", "97.5", "")] {
        let world = world_of(Policy::DatabaseWins, 1).await;
        let choose = |policy: &str| {
            let request = TestRequest::new(http::Method::PUT, "/v1/sync/connections/main/policy");
            world.send(request.json(&json!({ "policy": policy })))
        };
        assert_eq!(choose("mine").await.status(), 422);
        let chosen = choose("manual").await;
        assert_eq!((chosen.status(), &chosen.json()["policy"]), (200, &json!("manual")), "{}", chosen.json());
        type_in(&world, 1, RATE, "97.5");
        world.amend(1, "ratePerKg", "96.00").await;
        assert_eq!((world.settle().await, cell(&world, 1, RATE)), (0, "97.5".to_owned()));
        assert_eq!(conflicts(&world, "?state=open").await.len(), 1);
        assert_eq!(choose(policy).await.status(), 200);
        let run = TestRequest::post("/v1/sync/runs").key("k").json(&json!({}));
        assert_eq!(world.send(run).await.status(), 202);
        assert_eq!((world.settle().await, cell(&world, 1, RATE)), (0, rate.to_owned()));
        assert!(conflicts(&world, "?state=open").await.is_empty());
        let notes = world.sheet.notes();
        let told =
            notes.last().is_some_and(|(.., text)| text.is_empty() == note.is_empty() && text.contains(note));
        assert!(told, "{policy}: {notes:?}");
    }
}

#[tokio::test]
async fn a_change_that_the_sheet_had_not_heard_of_is_met_and_not_written_over() {
    let world = world_of(Policy::Manual, 1).await;
    type_in(&world, 1, RATE, "97.5");
    // Its fact is under way while the sheet is looked at.
    let heard = world.amend_unheard(1, "ratePerKg", "96.00");
    assert_eq!(world.pull().await, 0);
    assert_eq!(world.firm.deal(1).1["terms"]["ratePerKg"], "96.00");
    assert_eq!(conflicts(&world, "?state=open").await[0]["database"]["value"], "96");
    assert!(world.hear("deal.amended", 3, heard).await);
    assert_eq!((world.settle().await, conflicts(&world, "?state=open").await.len()), (0, 1));
}

#[tokio::test]
async fn an_open_conflict_is_resolved_by_somebody_for_either_side() {
    for (take, rate, shown) in [("database", "96.00", "96"), ("sheet", "97.50", "97.5")] {
        let world = world_of(Policy::Manual, 1).await;
        type_in(&world, 1, RATE, "97.5");
        world.amend(1, "ratePerKg", "96.00").await;
        assert_eq!((world.settle().await, state(&world, 1).await), (0, "conflict".to_owned()));
        let id = conflicts(&world, "?state=open").await[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/sync/conflicts/{id}/resolve");
        let resolve = |take: &str| world.send(TestRequest::post(&path).json(&json!({ "take": take })));
        assert_eq!(resolve("both").await.status(), 422);
        let answer = resolve(take).await;
        assert_eq!((answer.status(), &answer.json()["outcome"]), (200, &json!(take)), "{}", answer.json());
        assert_eq!(world.settle().await, 0);
        assert_eq!(
            (&world.firm.deal(1).1["terms"]["ratePerKg"], cell(&world, 1, RATE)),
            (&json!(rate), shown.to_owned())
        );
        assert_eq!(state(&world, 1).await, "written");
        assert!(conflicts(&world, "?state=open").await.is_empty());
        let notes = world.sheet.notes();
        assert!(notes.last().is_some_and(|(.., text)| text.is_empty()), "{take}: {notes:?}");
        let other = if take == "sheet" { "database" } else { "sheet" };
        assert_eq!(resolve(other).await.status(), 409, "{take}");
        let stranger = TestRequest::post(&path).json(&json!({ "take": take }));
        assert_eq!(world.send_as_stranger(stranger).await.status(), 404);
    }
}

#[tokio::test]
async fn what_a_deal_does_not_take_is_told_in_the_cell_and_kept() {
    for (column, typed) in [
        (RATE, "ninety"),
        (RATE, "-5"),
        (RATE, "=1+1"),
        (RATE, "97.123456"),
        (RATE, "a\nb \u{202e}c"),
        (TERMS, "carried"),
        (3, "5000"),
        (2, "Somebody else"),
        (12, "1"),
    ] {
        let world = world_of(Policy::Manual, 1).await;
        type_in(&world, 1, column, typed);
        assert_eq!((world.pull().await, world.pull().await), (0, 0));
        assert_eq!((world.firm.asked(), state(&world, 1).await), (0, "conflict".to_owned()), "{typed}");
        assert_eq!(cell(&world, 1, column), typed, "people's words stay");
        let told = world.sheet.notes();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].2.contains("not taken over"), "{told:?}");
        let met = conflicts(&world, "?state=open").await;
        assert_eq!((met.len(), &met[0]["sheet"]["value"]), (1, &json!(typed)));
        assert!(met[0]["refused"].is_string(), "{met:?}");
    }
}

#[tokio::test]
async fn what_no_deal_takes_is_put_back_where_the_database_wins_and_both_values_are_known() {
    let world = world_of(Policy::DatabaseWins, 1).await;
    let long = "long ".repeat(2_000);
    type_in(&world, 1, 3, &long);
    assert_eq!((world.pull().await, world.pull().await), (0, 0));
    assert_eq!((cell(&world, 1, 3), state(&world, 1).await), ("1000".to_owned(), "written".to_owned()));
    let met = conflicts(&world, "?state=resolved").await;
    assert_eq!((&met[0]["sheet"]["value"], &met[0]["outcome"]), (&json!(long), &json!("database")));
    let notes = world.sheet.notes();
    assert!(notes.len() == 1 && notes[0].2.contains("cancel the deal and register it anew"), "{notes:?}");
    assert!(notes[0].2.len() < 1_000);
}

#[tokio::test]
async fn a_deal_that_was_cancelled_takes_no_rate() {
    let world = world_of(Policy::DatabaseWins, 1).await;
    world.cancel_quietly(1);
    type_in(&world, 1, RATE, "97.5");
    assert_eq!(world.pull().await, 0);
    assert_eq!(conflicts(&world, "").await[0]["refused"], "the deal is cancelled");
    assert_eq!(cell(&world, 1, RATE), "95");
    assert!(world.hear("deal.cancelled", 3, cancelled(1, 1)).await);
    assert_eq!(world.settle().await, 0);
    assert!(world.shown()[0].contains("|0|95|"), "{:?}", world.shown());
}

#[tokio::test]
async fn whatever_breaks_off_a_typed_rate_amends_the_deal_once() {
    for mishap in [Mishap::Before, Mishap::After, Mishap::Limited] {
        let world = world_of(Policy::DatabaseWins, 2).await;
        type_in(&world, 1, RATE, "97.5");
        world.amend(2, "ratePerKg", "96.00").await;
        world.relay_all().await;
        world.clock.advance_ms(5_001);
        assert_eq!(world.deliver(&Work::Pull).await, 0);
        world.relay_all().await;
        world.work.take();
        world.clock.advance_ms(5_001);
        // The deal has taken it, and the flush dies before it remembers.
        world.sheet.fail_next(mishap);
        assert_eq!(world.deliver(&Work::Flush).await, 1, "{mishap:?}");
        world.clock.advance_ms(60_000);
        assert_eq!((world.deliver(&Work::Flush).await, world.settle().await), (0, 0));
        assert_eq!((world.firm.asked(), world.firm.deal(1).0), (1, 3), "{mishap:?}");
        assert_eq!((cell(&world, 1, RATE), cell(&world, 2, RATE)), ("97.5".to_owned(), "96".to_owned()));
        assert!(conflicts(&world, "").await.is_empty());
    }
}

#[tokio::test]
async fn while_the_deals_do_not_answer_the_cell_stays_and_its_neighbours_are_written() {
    let world = world_of(Policy::DatabaseWins, 2).await;
    type_in(&world, 1, RATE, "97.5");
    world.amend(2, "ratePerKg", "96.00").await;
    world.firm.silence(true);
    assert_eq!(world.pull().await, 0);
    assert_eq!((cell(&world, 1, RATE), cell(&world, 2, RATE)), ("97.5".to_owned(), "96".to_owned()));
    assert_eq!(state(&world, 1).await, "pending");
    world.firm.silence(false);
    world.clock.advance_ms(300_000);
    assert_eq!((world.deliver(&Work::Flush).await, world.settle().await), (0, 0));
    assert_eq!(world.firm.deal(1).1["terms"]["ratePerKg"], "97.50");
}

#[tokio::test]
async fn a_deleted_row_is_an_orphan_until_people_bring_it_back_or_a_run_restores_it() {
    let world = world_of(Policy::DatabaseWins, 2).await;
    let mut line = Vec::new();
    world.sheet.people(|lines| line = lines.remove(1));
    assert_eq!(world.pull().await, 0);
    assert_eq!(
        (state(&world, 1).await, world.firm.deal(1).0),
        ("orphaned".to_owned(), 2),
        "the deal is as it was"
    );
    let run = |key: &str, body: Value| world.send(TestRequest::post("/v1/sync/runs").key(key).json(&body));
    assert_eq!(run("a", json!({})).await.status(), 202);
    assert_eq!((world.settle().await, world.shown().len()), (0, 1), "a run does not ask for it");
    world.sheet.people(|lines| lines.push(line));
    assert_eq!((world.pull().await, state(&world, 1).await), (0, "written".to_owned()));
    world.sheet.people(|lines| drop(lines.remove(2)));
    assert_eq!((world.pull().await, state(&world, 1).await), (0, "orphaned".to_owned()));
    assert_eq!(run("b", json!({ "restoreDeleted": true })).await.status(), 202);
    assert_eq!((world.settle().await, world.shown().len()), (0, 2));
    assert_eq!(state(&world, 1).await, "written");
}

#[tokio::test]
async fn a_copied_row_and_a_line_without_a_key_are_foreign_and_left_as_they_are() {
    let world = world_of(Policy::DatabaseWins, 1).await;
    world.sheet.people(|lines| {
        let mut copy = lines[1].clone();
        copy[RATE] = Cell::text("1");
        lines.push(copy);
        lines.push(vec![Cell::Empty, Cell::text("my own line")]);
    });
    let before = world.sheet.lines();
    assert_eq!((world.pull().await, world.firm.asked()), (0, 0));
    assert_eq!(world.sheet.lines(), before);
    let foreign = world.get("/v1/sync/rows?state=foreign").await["data"].clone();
    let (copy, own) = (&foreign[0], &foreign[1]);
    assert_eq!(
        (&copy["line"], &copy["copyOf"], &copy["cells"]["saleRate"]),
        (&json!(3), &json!(format!("row_{:032x}_1", 1)), &json!("1"))
    );
    assert_eq!(
        (&own["line"], &own["copyOf"], &own["cells"]["date"]),
        (&json!(4), &Value::Null, &json!("my own line"))
    );
}

#[tokio::test]
async fn a_sheet_with_other_columns_is_not_read_and_says_so() {
    let world = world_of(Policy::DatabaseWins, 1).await;
    type_in(&world, 1, RATE, "97.5");
    world.sheet.people(|lines| lines[0][RATE] = Cell::text("Rate"));
    assert_eq!(world.pull().await, 1);
    assert_eq!(world.firm.asked(), 0);
    let connection = world.get("/v1/sync/connections").await["data"][0].clone();
    assert!(connection["fault"].as_str().unwrap().contains("E has \"Rate\""), "{connection}");
}

#[tokio::test]
async fn a_paused_connection_is_not_looked_at() {
    let world = world_of(Policy::DatabaseWins, 1).await;
    type_in(&world, 1, RATE, "97.5");
    world.send(TestRequest::post("/v1/sync/connections/main/pause")).await;
    assert_eq!((world.pull().await, world.firm.asked()), (0, 0));
    world.send(TestRequest::post("/v1/sync/connections/main/resume")).await;
    assert_eq!((world.pull().await, world.firm.asked()), (0, 1));
}
