//! Tabs that mirror stock, products and parties.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};
use sync::adapters::Mishap;
use sync::ports::Work;
use sync_domain::{Cell, Tab};

use crate::lists::{lot, party, product};
use crate::world::World;

/// A firm with three lots, a product, a customer and a supplier, all of whose tabs are as they should be.
async fn mirrored() -> World {
    let world = World::new();
    {
        let mut has = world.lists.now();
        has.products = vec![product("TR131")];
        has.lots = (1..=3).map(|number| lot(number, "1000.000")).collect();
        has.customers = vec![party(1, "Ivory Cups")];
        has.suppliers = vec![party(2, "Gulf Polymers")];
    }
    for tab in Tab::ALL {
        assert_eq!(compare(&world, tab).await, 0, "{tab:?}");
    }
    world
}

/// Has a tab compared a minute later, as a schedule does; gives how many messages come again.
async fn compare(world: &World, tab: Tab) -> usize {
    world.clock.advance_ms(60_000);
    world.deliver(&Work::Mirror { tab, due: world.sheets.clock.now() }).await
}

/// Takes the comparisons that were asked for.
fn asked(world: &World) -> Vec<Work> {
    world.work.take().into_iter().filter(|work| matches!(work, Work::Mirror { .. })).collect()
}

/// What stands in a tab, as people read it.
fn shown(world: &World, tab: Tab) -> Vec<String> {
    let lines = world.tabs.lines(tab);
    lines.iter().map(|line| line.iter().map(Cell::meaning).collect::<Vec<_>>().join("|")).collect()
}

async fn status(world: &World, tab: Tab) -> Value {
    let connection = world.get("/v1/sync/connections").await["data"][0].clone();
    let tabs = connection["tabs"].as_array().unwrap();
    tabs.iter().find(|one| one["id"] == tab.name()).unwrap().clone()
}

#[tokio::test]
async fn empty_tabs_are_filled_with_a_header_and_every_row() {
    let world = mirrored().await;
    let lot = "lot_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f";
    let row = "TR131|PP Raffia|IOCL|PP|1000|90.5|Gulf Polymers|01-07-2025";
    assert_eq!(
        shown(&world, Tab::Inventory),
        [
            "Key|Product Code|Grade|Company|Specific Grade|Quantity|Rate|Supplier|Date Added".to_owned(),
            format!("{lot}_1|{row}"),
            format!("{lot}_2|{row}"),
            format!("{lot}_3|{row}"),
        ]
    );
    let product = format!("{}|TR131|PP Raffia|IOCL|PP|2026-01-02T03:04:05.000Z", crate::world::PRODUCT);
    let header = "Key|Product Code|Grade|Company|Specific Grade|Added At".to_owned();
    assert_eq!(shown(&world, Tab::Products), [String::new(), String::new(), header, product]);
    let reach = "Asha Rao|+919876543210|asha@ivory.example|12, MIDC Road, Bhiwandi 421302";
    assert_eq!(
        shown(&world, Tab::SaleParties)[1],
        format!("party_00000000000000000000000000000001|Ivory Cups|{reach}")
    );
    assert!(shown(&world, Tab::PurchaseParties)[1].contains("Gulf Polymers"));
    let status = status(&world, Tab::Inventory).await;
    assert_eq!(
        (&status["state"], &status["tab"], &status["rows"]),
        (&json!("current"), &json!("Inventory"), &json!(3))
    );
}

#[tokio::test]
async fn where_nothing_differs_nothing_is_written() {
    let world = mirrored().await;
    let (reads, writes, cells) = world.tabs.counts();
    assert_eq!(writes, 4, "one call a tab");
    for tab in Tab::ALL {
        assert_eq!(compare(&world, tab).await, 0);
    }
    assert_eq!(world.tabs.counts(), (reads + 4, writes, cells));
}

#[tokio::test]
async fn a_lot_that_is_drawn_upon_changes_one_cell_and_one_that_is_sold_out_leaves() {
    let world = mirrored().await;
    let (_, writes, cells) = world.tabs.counts();
    world.lists.now().lots[1] = lot(2, "400.5");
    assert_eq!(compare(&world, Tab::Inventory).await, 0);
    assert_eq!((world.tabs.counts().1, world.tabs.counts().2), (writes + 1, cells + 1));
    assert_eq!(world.tabs.lines(Tab::Inventory)[2][5], Cell::Number("400.5".parse().unwrap()));
    world.lists.now().lots.remove(1);
    assert_eq!(compare(&world, Tab::Inventory).await, 0);
    let left = shown(&world, Tab::Inventory);
    assert!(left.len() == 3 && !left.iter().any(|line| line.contains("_2|")), "{left:?}");
}

#[tokio::test]
async fn what_people_typed_over_deleted_or_sorted_is_put_right_and_what_they_added_stays() {
    let world = mirrored().await;
    let before = world.tabs.lines(Tab::Inventory);
    world.tabs.people(Tab::Inventory, |lines| {
        lines[1][6] = Cell::Number("1".parse().unwrap());
        lines[2].push(Cell::text("ask Ravi"));
        lines.remove(3);
        lines[1..].reverse();
        lines.insert(1, vec![Cell::Empty, Cell::text("a line of somebody else")]);
    });
    let (_, writes, _) = world.tabs.counts();
    assert_eq!(compare(&world, Tab::Inventory).await, 0);
    assert_eq!(world.tabs.counts().1, writes + 1, "all of it in one call");
    let after = world.tabs.lines(Tab::Inventory);
    assert_eq!(after[1][1], Cell::text("a line of somebody else"));
    assert_eq!(after[2][9], Cell::text("ask Ravi"));
    assert_eq!((&after[2][..9], &after[3], &after[4]), (&before[2][..], &before[1], &before[3]));
    assert_eq!(status(&world, Tab::Inventory).await["foreignLines"], 1);
}

#[tokio::test]
async fn an_erased_party_vanishes_soon_after_its_fact_and_with_its_copies() {
    let world = mirrored().await;
    world.tabs.people(Tab::SaleParties, |lines| lines.push(lines[1].clone()));
    world.lists.now().customers.clear();
    assert!(world.hear("customer.party-erased", 3, json!({ "partyId": "party_1" })).await);
    let messages = asked(&world);
    assert_eq!(messages.len(), 2, "both tabs of parties");
    for work in &messages {
        assert_eq!(world.deliver(work).await, 1, "it waits until its half-minute is over");
    }
    world.clock.advance_ms(35_001);
    for work in &messages {
        assert_eq!(world.deliver(work).await, 0);
    }
    assert_eq!(shown(&world, Tab::SaleParties).len(), 1);
    assert_eq!(shown(&world, Tab::PurchaseParties).len(), 2);
}

#[tokio::test]
async fn many_facts_are_one_comparison_that_begins_after_them() {
    let world = mirrored().await;
    world.clock.advance_ms(60_000);
    for sequence in 1..=50 {
        assert!(world.hear("inventory.stock-reserved", sequence, json!({})).await);
        assert!(world.hear("inventory.lot-received", sequence, json!({})).await);
    }
    let messages = asked(&world);
    let [Work::Mirror { tab: Tab::Inventory, due }] = messages[..] else { unreachable!("{messages:?}") };
    assert!(due > world.sheets.clock.now());
    world.clock.advance_ms(60_000);
    let (reads, ..) = world.tabs.counts();
    assert_eq!(world.deliver(&messages[0]).await, 0);
    // What asks for less than has been done already, a message that comes twice among them, calls nobody.
    assert_eq!(world.deliver(&messages[0]).await, 0);
    assert_eq!(world.tabs.counts().0, reads + 1);
}

#[tokio::test]
async fn schedules_and_runs_ask_for_tabs() {
    use messaging::BatchHandler as _;
    let world = World::new();
    let tabs = |messages: Vec<Work>| -> Vec<Tab> {
        let tab = |work| if let Work::Mirror { tab, .. } = work { tab } else { unreachable!("{work:?}") };
        messages.into_iter().map(tab).collect()
    };
    assert!(world.reactions.on_schedule("mirror-stock").await.is_ok());
    assert_eq!(tabs(asked(&world)), Tab::STOCK);
    assert!(world.reactions.on_schedule("mirror-parties").await.is_ok());
    assert_eq!(tabs(asked(&world)), Tab::PARTIES);
    let run = TestRequest::post("/v1/sync/runs").key("k-1").json(&json!({}));
    assert_eq!(world.send(run).await.status(), 202);
    assert_eq!(tabs(asked(&world)), Tab::ALL);
}

#[tokio::test]
async fn a_tab_that_nobody_made_is_looked_for_every_hour_and_by_every_run() {
    use messaging::BatchHandler as _;
    let world = World::new();
    world.tabs.drop_tab(Tab::Products);
    assert_eq!(compare(&world, Tab::Products).await, 0);
    assert!(world.reactions.on_schedule("mirror-stock").await.is_ok());
    assert!(world.hear("inventory.product-import-withdrawn", 2, json!({})).await);
    let messages = asked(&world);
    assert!(
        messages.len() == 2
            && messages.iter().all(|work| matches!(work, Work::Mirror { tab: Tab::Inventory, .. })),
        "{messages:?}"
    );
    let run = TestRequest::post("/v1/sync/runs").key("k-1").json(&json!({}));
    assert_eq!(world.send(run).await.status(), 202);
    assert_eq!(asked(&world).len(), 4);
    world.clock.advance_ms(3_600_000);
    assert!(world.reactions.on_schedule("mirror-stock").await.is_ok());
    assert_eq!(asked(&world).len(), 2);
}

#[tokio::test]
async fn a_missing_tab_or_other_columns_are_said_and_hold_up_nothing() {
    let world = mirrored().await;
    world.tabs.drop_tab(Tab::Products);
    world.tabs.people(Tab::Inventory, |lines| lines[0][5] = Cell::text("Qty"));
    let before = world.tabs.lines(Tab::Inventory);
    world.lists.now().lots.clear();
    for _ in 0..6 {
        for tab in Tab::ALL {
            assert_eq!(compare(&world, tab).await, 0, "{tab:?}");
        }
    }
    assert_eq!(status(&world, Tab::Products).await["state"], "missing");
    let moved = status(&world, Tab::Inventory).await;
    assert_eq!(moved["state"], "columns_moved");
    assert!(moved["fault"].as_str().unwrap().contains("F1 has \"Qty\" instead of \"Quantity\""), "{moved}");
    assert_eq!(world.tabs.lines(Tab::Inventory), before, "nothing is touched");
    assert_eq!(world.get("/v1/sync/connections").await["data"][0]["breaker"], "closed");
    world.confirm(1, 1).await;
    assert_eq!((world.settle().await, world.shown().len()), (0, 1));
    // Both are put right, and are mirrors again.
    world.tabs.people(Tab::Products, |_| {});
    world.tabs.people(Tab::Inventory, |lines| lines[0][5] = Cell::text("Quantity"));
    for tab in Tab::STOCK {
        assert_eq!(compare(&world, tab).await, 0);
        assert_eq!(status(&world, tab).await["state"], "current");
    }
    assert_eq!((shown(&world, Tab::Products).len(), shown(&world, Tab::Inventory).len()), (4, 1));
}

#[tokio::test]
async fn whatever_breaks_off_each_row_stands_there_once() {
    for mishap in [Mishap::Before, Mishap::After, Mishap::Limited, Mishap::Denied] {
        let world = World::new();
        world.lists.now().lots = (1..=5).map(|number| lot(number, "1000.000")).collect();
        world.tabs.fail_next(mishap);
        assert_eq!(compare(&world, Tab::Inventory).await, 1, "{mishap:?}: it comes again");
        assert_eq!(status(&world, Tab::Inventory).await["state"], "failing", "{mishap:?}");
        world.clock.advance_ms(600_000);
        assert_eq!(compare(&world, Tab::Inventory).await, 0, "{mishap:?}");
        let mut keys: Vec<String> =
            shown(&world, Tab::Inventory).iter().skip(1).map(|line| line[..38].to_owned()).collect();
        keys.dedup();
        assert_eq!((keys.len(), shown(&world, Tab::Inventory).len()), (5, 6), "{mishap:?}");
        assert_eq!(world.tabs.counts().1, 1, "{mishap:?}: written once");
    }
}

#[tokio::test]
async fn what_looks_like_a_formula_is_literal_and_stays_so() {
    let world = World::new();
    world.lists.now().products = vec![product("=IMPORTXML(\"http://x\")")];
    assert_eq!(compare(&world, Tab::Products).await, 0);
    assert_eq!(world.tabs.lines(Tab::Products)[3][1], Cell::Text("'=IMPORTXML(\"http://x\")".to_owned()));
    let (_, writes, cells) = world.tabs.counts();
    assert_eq!(compare(&world, Tab::Products).await, 0);
    assert_eq!((world.tabs.counts().1, world.tabs.counts().2), (writes, cells));
}

#[tokio::test]
async fn a_context_that_does_not_answer_empties_no_tab_and_holds_up_no_deal() {
    let world = mirrored().await;
    let before = world.tabs.lines(Tab::Inventory);
    world.lists.now().silent = true;
    for _ in 0..6 {
        assert_eq!(compare(&world, Tab::Inventory).await, 1, "it comes again");
    }
    assert_eq!(world.tabs.lines(Tab::Inventory), before);
    assert_eq!(status(&world, Tab::Inventory).await["state"], "failing");
    assert_eq!(world.get("/v1/sync/connections").await["data"][0]["breaker"], "closed");
    world.confirm(1, 1).await;
    assert_eq!((world.settle().await, world.shown().len()), (0, 1));
    // Nor does its silence say anything of Google, which is being left alone.
    world.lists.now().silent = false;
    world.lists.now().lots.clear();
    world.tabs.fail_next(Mishap::Denied);
    assert_eq!(compare(&world, Tab::Inventory).await, 1);
    world.lists.now().silent = true;
    world.clock.advance_ms(600_000);
    assert_eq!(compare(&world, Tab::Inventory).await, 1);
    assert_eq!(world.get("/v1/sync/connections").await["data"][0]["breaker"], "open");
    world.lists.now().silent = false;
    assert_eq!(compare(&world, Tab::Inventory).await, 0);
    assert_eq!(status(&world, Tab::Inventory).await["state"], "current");
}

#[tokio::test]
async fn a_paused_connection_compares_nothing() {
    let world = mirrored().await;
    let paused = world.send(TestRequest::post("/v1/sync/connections/main/pause")).await;
    assert_eq!(paused.status(), 200);
    let (counts, asked) = (world.tabs.counts(), world.lists.now().asked);
    assert_eq!(compare(&world, Tab::SaleParties).await, 0);
    assert_eq!((world.tabs.counts(), world.lists.now().asked), (counts, asked));
}

#[tokio::test]
async fn nothing_personal_is_kept_even_when_google_quotes_it() {
    let world = mirrored().await;
    world.tabs.refuse();
    world.lists.now().customers.push(party(3, "Ebony Works"));
    assert_eq!(
        compare(&world, Tab::SaleParties).await,
        0,
        "what is refused for good waits for the next schedule"
    );
    let refused = status(&world, Tab::SaleParties).await;
    assert_eq!(refused["state"], "failing");
    for secret in ["Asha", "98765", "asha@", "MIDC", "Ebony"] {
        assert!(!refused.to_string().contains(secret), "{refused}");
    }
    let unreadable =
        sync::adapters::page::<sync_domain::mirror::ListedParty>(json!({ "rows": ["Asha Rao"] }));
    assert_eq!(unreadable.unwrap_err().to_string(), "the answer is no page of a list");
    assert!(world.log.streams().is_empty(), "and no commit tells of it");
}
