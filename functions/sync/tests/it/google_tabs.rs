//! Tabs that mirror, against the simulated Google, over real HTTP.

use std::sync::Arc;

use serde_json::{Value, json};
use sync::Sheets;
use sync::commands::{FlushError, Mirrored, mirror};
use sync_domain::Tab;

use crate::google::Provider;
use crate::lists::{lot, party, product};
use crate::world::World;

/// A world whose tabs are Google's, and whose other contexts have three lots, a product and a customer.
async fn firm() -> (Provider, World, Sheets) {
    let (provider, world) = (Provider::start().await, World::new());
    let sheets = Sheets { tabs: Arc::new(provider.sheet("Main")), ..world.sheets.clone() };
    {
        let mut has = world.lists.now();
        has.products = vec![product("+TR131")];
        has.lots = (1..=3).map(|number| lot(number, "1000.000")).collect();
        has.customers = vec![party(1, "Ivory Cups")];
    }
    (provider, world, sheets)
}

async fn compare(world: &World, sheets: &Sheets, tab: Tab) -> Result<Mirrored, FlushError> {
    world.clock.advance_ms(60_000);
    mirror(sheets, tab, sheets.clock.now()).await
}

async fn lines(provider: &Provider, title: &str) -> Vec<Value> {
    let path = format!("sim-sheet/tabs/{}", title.replace(' ', "%20"));
    provider.get(&path).await.as_array().unwrap().clone()
}

#[tokio::test]
async fn googles_tabs_are_filled_repaired_and_left_alone_when_nothing_differs() {
    let (provider, world, sheets) = firm().await;
    for tab in Tab::ALL {
        assert!(compare(&world, &sheets, tab).await.is_ok(), "{tab:?}");
    }
    let filled = lines(&provider, "Inventory").await;
    assert_eq!(filled.len(), 4);
    assert_eq!(
        filled[1].as_array().unwrap()[1..7],
        *json!(["'+TR131", "PP Raffia", "IOCL", "PP", 1000, 90.5]).as_array().unwrap()
    );
    assert_eq!(lines(&provider, "Product Database").await[3][5], "2026-01-02T03:04:05.000Z");
    assert_eq!(lines(&provider, "Sale Parties").await[1][3], "'+919876543210");
    // One tab was empty and has nothing to show: nobody wrote there.
    assert_eq!(provider.get("calls").await["writes"], 3);

    for tab in Tab::ALL {
        assert_eq!(compare(&world, &sheets, tab).await.unwrap().cells, 0, "{tab:?}");
    }
    assert_eq!(provider.get("calls").await["writes"], 3);

    provider.post("sim-sheet/tabs/Inventory/sort", json!({ "column": "A", "descending": true })).await;
    provider
        .post("sim-sheet/tabs/Inventory/rows", json!({ "before": 2, "rows": [["", "theirs"], []] }))
        .await;
    provider.put("sim-sheet/tabs/Inventory/cells/G4", json!({ "value": "=1+1" })).await;
    provider.put("sim-sheet/tabs/Inventory/cells/K5", json!({ "value": "ask Ravi" })).await;
    provider.delete("sim-sheet/tabs/Inventory/rows/6").await;
    world.lists.now().lots.remove(1);
    let compared = compare(&world, &sheets, Tab::Inventory).await.unwrap();
    assert_eq!((compared.removed, provider.get("calls").await["writes"].clone()), (0, json!(4)));
    let left = lines(&provider, "Inventory").await;
    assert_eq!((left.len(), &left[1][1], &left[4][10]), (6, &json!("theirs"), &json!("ask Ravi")));
    assert!(left[3][0].as_str().unwrap().ends_with("_3") && left[3][6] == 90.5, "{left:?}");
    assert!(left[4][0] == "" && left[4][1] == "" && left[5][0].as_str().unwrap().ends_with("_1"), "{left:?}");

    world.lists.now().customers.clear();
    let erased = compare(&world, &sheets, Tab::SaleParties).await.unwrap();
    assert_eq!((erased.removed, lines(&provider, "Sale Parties").await.len()), (1, 1));
}

#[tokio::test]
async fn an_answer_that_was_lost_doubles_nothing() {
    let (provider, world, sheets) = firm().await;
    provider.put("faults", json!([{ "reset": "after", "path": "batchUpdate", "calls": 1 }])).await;
    assert!(matches!(compare(&world, &sheets, Tab::Inventory).await, Err(FlushError::Unsettled(_))));
    assert_eq!(compare(&world, &sheets, Tab::Inventory).await.unwrap().cells, 0);
    assert_eq!(lines(&provider, "Inventory").await.len(), 4);
}

#[tokio::test]
async fn a_spreadsheet_without_the_tab_is_told_from_one_that_is_not_shared() {
    let (provider, world, sheets) = firm().await;
    provider.put("sim-sheet", json!({ "tabs": { "Main": [] } })).await;
    assert_eq!(compare(&world, &sheets, Tab::Inventory).await.unwrap(), Mirrored::default());
    let connection = world.get("/v1/sync/connections").await["data"][0].clone();
    assert_eq!(
        (&connection["breaker"], &connection["tabs"][0]["state"]),
        (&json!("closed"), &json!("missing"))
    );
    provider.put("sim-sheet", json!({ "tabs": { "Main": [], "Inventory": [] }, "access": "none" })).await;
    assert!(compare(&world, &sheets, Tab::Inventory).await.is_err());
    let connection = world.get("/v1/sync/connections").await["data"][0].clone();
    assert_eq!(
        (&connection["breaker"], &connection["tabs"][0]["state"]),
        (&json!("open"), &json!("failing"))
    );
}
