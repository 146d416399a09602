//! Facts in, rows out.

use http_kit::testing::TestRequest;
use serde_json::json;
use sync::adapters::Mishap;
use sync::ports::Work;
use sync_domain::{Cell, Policy};

use crate::world::{World, cancelled, deal_id, stands};

#[tokio::test]
async fn a_deal_from_three_lots_is_three_rows() {
    let world = World::new();
    world.confirm(1, 3).await;
    assert_eq!(world.settle().await, 0);
    let key = "row_00000000000000000000000000000001";
    assert_eq!(
        world.shown(),
        [
            format!(
                "{key}_1|01-08-2025|Customer 1|3000|95|delivered|TR131|PP Raffia|IOCL|PP|Supplier 1|1000|90.5|Part 1 of 3"
            ),
            format!(
                "{key}_2|01-08-2025|Customer 1||||TR131|PP Raffia|IOCL|PP|Supplier 2|1000|90.5|Part 2 of 3"
            ),
            format!(
                "{key}_3|01-08-2025|Customer 1||||TR131|PP Raffia|IOCL|PP|Supplier 3|1000|90.5|Part 3 of 3"
            ),
        ]
    );
    let rows = world.get(&format!("/v1/sync/rows?dealId={}", deal_id(1))).await;
    let rows = rows["data"].as_array().unwrap();
    let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["written", "written", "written"]);
    assert!(rows.iter().all(|row| row["correlationId"] == "c-1"), "{rows:?}");
}

#[tokio::test]
async fn many_deals_that_wait_go_out_in_one_call() {
    let world = World::new();
    for number in 1..=40 {
        world.confirm(number, 2).await;
    }
    assert_eq!(world.settle().await, 0);
    assert_eq!((world.shown().len(), world.sheet.written().0), (80, 1));
}

#[tokio::test]
async fn rows_behind_a_hundred_that_the_list_still_shows_as_waiting_go_out_too() {
    let world = World::new();
    for number in 1..=118 {
        world.confirm(number, 1).await;
    }
    world.relay_all().await;
    world.work.take();
    world.clock.advance_ms(5_001);
    assert_eq!(world.deliver(&Work::Flush).await, 0);
    assert_eq!((world.shown().len(), world.work.take()), (100, vec![Work::Flush]));
    assert_eq!(world.deliver(&Work::Flush).await, 1, "nothing of it is relayed yet: it comes again");
    world.relay_all().await;
    assert_eq!(world.deliver(&Work::Flush).await, 0);
    assert_eq!(world.shown().len(), 118);
}

#[tokio::test]
async fn a_flush_with_nothing_to_do_calls_nobody() {
    let world = World::new();
    world.confirm(1, 1).await;
    world.settle().await;
    let before = world.sheet.written();
    world.clock.advance_ms(5_001);
    assert_eq!(world.deliver(&Work::Flush).await, 0);
    assert_eq!(world.sheet.written(), before);
}

#[tokio::test]
async fn the_same_facts_again_in_any_order_change_no_cell() {
    let world = World::new();
    world.confirm(1, 2).await;
    world.settle().await;
    assert!(world.hear("deal.cancelled", 3, cancelled(1, 2)).await);
    world.settle().await;
    let (shown, written) = (world.shown(), world.sheet.written());
    world.confirm(1, 2).await;
    assert!(world.hear("deal.cancelled", 3, cancelled(1, 2)).await);
    world.settle().await;
    assert_eq!((world.shown(), world.sheet.written()), (shown, written));
}

#[tokio::test]
async fn a_cancelled_deal_changes_its_own_rows_wherever_people_moved_them() {
    let world = World::new();
    world.confirm(1, 2).await;
    world.confirm(2, 1).await;
    world.settle().await;
    world.sheet.people(|lines| {
        lines[1..].reverse();
        lines.insert(1, vec![Cell::Empty, Cell::text("a line of somebody else")]);
    });
    assert!(world.hear("deal.cancelled", 3, cancelled(1, 2)).await);
    world.settle().await;
    let shown = world.shown();
    assert_eq!(shown.len(), 4);
    assert!(shown[1].contains("Customer 2|1000|95"), "{shown:?}");
    assert!(shown[2].ends_with("Supplier 2|0|90.5|Cancelled, part 2 of 2"), "{shown:?}");
    assert!(
        shown[3].contains("Customer 1|0|95") && shown[3].ends_with("Cancelled, part 1 of 2"),
        "{shown:?}"
    );
}

#[tokio::test]
async fn a_deal_that_never_stood_is_no_row() {
    let world = World::new();
    let mut fact = cancelled(1, 1);
    fact["wasConfirmed"] = json!(false);
    fact["status"] = json!("cancelled");
    assert!(world.hear("deal.cancelled", 2, fact).await);
    world.settle().await;
    assert!(world.sheet.lines().is_empty());
}

#[tokio::test]
async fn a_row_that_people_deleted_is_an_orphan_and_stays_away() {
    let world = World::new();
    world.confirm(1, 2).await;
    world.settle().await;
    world.sheet.people(|lines| drop(lines.remove(2)));
    assert!(world.hear("deal.cancelled", 3, cancelled(1, 2)).await);
    world.settle().await;
    assert_eq!(world.shown().len(), 1);
    let orphans = world.get("/v1/sync/rows?state=orphaned").await;
    assert_eq!(orphans["data"][0]["part"], 2);
}

#[tokio::test]
async fn what_people_changed_waits_in_conflict_with_all_three_values() {
    let world = World::with_policy(Policy::Manual);
    world.confirm(1, 1).await;
    world.settle().await;
    world.sheet.people(|lines| lines[1][4] = Cell::text("99"));
    assert!(world.hear("deal.cancelled", 3, cancelled(1, 1)).await);
    world.settle().await;
    let row = &world.get("/v1/sync/rows?state=conflict").await["data"][0];
    assert_eq!(
        row["edits"],
        json!([{ "column": "saleRate", "wanted": "95", "written": "95", "found": "99" }])
    );
    assert!(world.shown()[0].contains("|0|99|delivered|"), "{:?}", world.shown());
}

#[tokio::test]
async fn an_imported_deal_waits_until_a_run_releases_it() {
    let world = World::new();
    let mut fact = stands(1, 2);
    fact["legacyId"] = json!("cmdk2n8d80004m6wpyr4tljrf");
    assert!(world.hear("deal.imported", 1, fact).await);
    world.settle().await;
    assert!(world.sheet.lines().is_empty());
    assert_eq!(world.get("/v1/sync/rows?state=held").await["data"].as_array().unwrap().len(), 2);
    let run =
        http_kit::testing::TestRequest::post("/v1/sync/runs").key("k").json(&json!({ "releaseHeld": true }));
    assert_eq!(world.send(run).await.status(), 202);
    world.settle().await;
    assert_eq!(world.shown().len(), 2);
}

/// The rows of deals as the system before this one left them: without keys, numbers as text, no note on a deal of one source.
fn without_keys(lines: &mut [Vec<Cell>]) {
    for line in lines.iter_mut().skip(1) {
        line[0] = Cell::Empty;
        for cell in line.iter_mut().skip(1) {
            *cell = Cell::text(&cell.meaning());
        }
        if line[13].meaning() == "Part 1 of 1" {
            line.truncate(13);
        }
    }
}

#[tokio::test]
async fn lines_that_show_a_row_already_get_its_key_and_no_second_line_comes() {
    let world = World::new();
    for (number, sources) in [(1, 2), (2, 1)] {
        world.confirm(number, sources).await;
    }
    world.settle().await;
    let lines = world.sheet.lines();
    let own = vec![Cell::Empty, Cell::text("my own line")];
    for (mishap, comes_again) in [(None, 0), (Some(Mishap::After), 1)] {
        let moved_in = World::new();
        moved_in.sheet.people(|sheet| {
            sheet.clone_from(&lines);
            without_keys(sheet);
            sheet.insert(2, own.clone());
        });
        for (number, sources) in [(1, 2), (2, 1), (3, 1)] {
            let mut fact = stands(number, sources);
            fact["legacyId"] = json!(format!("cmdk2n8d80004m6wpyr4tljr{number}"));
            assert!(moved_in.hear("deal.imported", 1, fact).await);
        }
        moved_in.settle().await;
        let release = || TestRequest::post("/v1/sync/runs").json(&json!({ "releaseHeld": true }));
        let would =
            TestRequest::post("/v1/sync/runs?validateOnly=true").json(&json!({ "releaseHeld": true }));
        let would = moved_in.send(would.key("p")).await.json();
        assert_eq!((&would["adopt"], &would["append"]), (&json!(3), &json!(1)), "{would}");
        assert_eq!(moved_in.send(release().key("k")).await.status(), 202);
        if let Some(mishap) = mishap {
            moved_in.sheet.fail_next(mishap);
        }
        assert_eq!(moved_in.settle().await, comes_again);
        moved_in.clock.advance_ms(90_000);
        assert_eq!(moved_in.deliver(&Work::Flush).await, 0);
        let after = moved_in.sheet.lines();
        assert_eq!((&after[1], &after[2], &after[3..5]), (&lines[1], &own, &lines[2..4]), "{mishap:?}");
        assert_eq!(after.len(), 6, "the third deal stood nowhere: {mishap:?}");
        moved_in.relay_all().await;
        let written = moved_in.get("/v1/sync/rows?state=written").await["data"].clone();
        assert_eq!(written.as_array().unwrap().len(), 4, "{mishap:?}");
    }
}

#[tokio::test]
async fn of_two_deals_alike_each_gets_a_line_of_its_own_and_a_key_that_people_typed_is_theirs() {
    let world = World::new();
    world.confirm(1, 1).await;
    world.settle().await;
    let line = world.sheet.lines()[1].clone();
    let twins = World::new();
    twins.sheet.people(|sheet| {
        let mut typed = line.clone();
        typed[0] = Cell::text("mine");
        let mut bare = line.clone();
        bare[0] = Cell::Empty;
        sheet.extend([world.sheet.lines()[0].clone(), typed, bare]);
    });
    for number in [1, 2] {
        let mut fact = stands(1, 1);
        fact["dealId"] = json!(deal_id(number));
        assert!(twins.hear("deal.confirmed", 2, fact).await);
    }
    assert_eq!(twins.settle().await, 0);
    let keys: Vec<String> = twins.sheet.lines().iter().map(|line| line[0].meaning()).collect();
    let (first, second) = (format!("row_{:032x}_1", 1), format!("row_{:032x}_1", 2));
    assert_eq!(keys, ["Key", "mine", first.as_str(), second.as_str()]);
}

#[tokio::test]
async fn a_sheet_with_moved_columns_is_left_alone_and_says_so() {
    let world = World::new();
    world.sheet.people(|lines| lines.push(vec![Cell::Empty, Cell::text("Datum")]));
    world.confirm(1, 1).await;
    assert_eq!(world.settle().await, 1);
    assert_eq!(world.sheet.written(), (0, 0));
    let connection = world.get("/v1/sync/connections").await["data"][0].clone();
    assert_eq!(connection["breaker"], "open");
    assert!(connection["fault"].as_str().unwrap().contains("B has \"Datum\""), "{connection}");
}

#[tokio::test]
async fn an_outage_opens_the_breaker_and_loses_nothing() {
    let world = World::new();
    world.confirm(1, 2).await;
    world.relay_all().await;
    assert_eq!(world.work.take(), [Work::Flush]);
    world.clock.advance_ms(5_001);
    for _ in 0..5 {
        world.sheet.fail_next(Mishap::Before);
        assert_eq!(world.deliver(&Work::Flush).await, 1);
        world.clock.advance_ms(1_001);
    }
    assert_eq!(world.deliver(&Work::Flush).await, 1, "open: the message waits");
    assert!(world.work.waits_ms().unwrap() > 1_000);
    assert_eq!(world.sheet.written(), (0, 0));
    world.clock.advance_ms(15_001);
    assert_eq!(world.deliver(&Work::Flush).await, 0, "the probe goes through");
    assert_eq!(world.shown().len(), 2);
}

#[tokio::test]
async fn a_write_that_was_not_answered_is_given_time_to_land_before_the_sheet_is_read_again() {
    for mishap in [Mishap::Before, Mishap::After] {
        let world = World::new();
        world.confirm(1, 2).await;
        world.relay_all().await;
        world.work.take();
        world.clock.advance_ms(5_001);
        world.sheet.fail_next(mishap);
        assert_eq!(world.deliver(&Work::Flush).await, 1);
        assert!(
            world.work.waits_ms().is_some_and(|wait_ms| wait_ms >= 90_000),
            "{:?}",
            world.work.waits_ms()
        );
    }
}

#[tokio::test]
async fn rows_wait_a_moment_for_others_to_go_with_them() {
    let world = World::new();
    world.confirm(1, 1).await;
    world.relay_all().await;
    world.work.take();
    world.clock.advance_ms(2_000);
    assert_eq!(world.deliver(&Work::Flush).await, 1);
    assert!(world.work.waits_ms().is_some_and(|wait_ms| wait_ms >= 3_000), "{:?}", world.work.waits_ms());
    world.confirm(2, 1).await;
    world.relay_all().await;
    world.clock.advance_ms(3_001);
    assert_eq!(world.deliver(&Work::Flush).await, 0);
    assert_eq!((world.shown().len(), world.sheet.written().0), (2, 1));
}

#[tokio::test]
async fn ten_calls_write_at_once_and_the_eleventh_waits() {
    let world = World::new();
    for number in 1..=33 {
        world.confirm(number, 40).await;
    }
    world.relay_all().await;
    world.work.take();
    world.clock.advance_ms(5_001);
    let mut calls = 0;
    while world.deliver(&Work::Flush).await == 0 {
        world.relay_all().await;
        calls += 1;
    }
    assert_eq!((calls, world.sheet.written().0), (10, 10));
    world.clock.advance_ms(1_500);
    assert_eq!(world.deliver(&Work::Flush).await, 0);
}
