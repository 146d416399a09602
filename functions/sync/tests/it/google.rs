//! The adapter against the simulated Google, over real HTTP.

use std::sync::Arc;

use async_trait::async_trait;
use cloud::OutsideHttp;
use event_store::BoxError;
use http_kit::testing::TestRequest;
use kernel::SystemClock;
use reqwest::Client;
use serde_json::{Value, json};
use simulators::{Local, google};
use sync::adapters::{GoogleSettings, GoogleSheet};
use sync::ports::{KeySource, SheetFault, Spreadsheet, Work, Writes};
use sync_domain::{Cell, Column, Policy};
use testkit::{ManualClock, NOON};

use crate::world::World;

struct Key(String);

#[async_trait]
impl KeySource for Key {
    async fn key(&self) -> Result<String, BoxError> {
        Ok(self.0.clone())
    }
}

pub(crate) struct Provider {
    local: Local,
    people: Client,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let people = Client::builder().no_proxy().build().unwrap();
        Self { local: Local::start(simulators::router()).await.unwrap(), people }
    }

    pub(crate) fn sheet(&self, tab: &str) -> GoogleSheet {
        self.sheet_with_key(tab, google::service_account(&self.local.url()).to_string())
    }

    fn sheet_with_key(&self, tab: &str, key: String) -> GoogleSheet {
        let settings = GoogleSettings {
            sheets_url: format!("{}/google", self.local.url()),
            spreadsheet_id: google::SPREADSHEET.to_owned(),
            tab: tab.to_owned(),
        };
        GoogleSheet::new(
            Arc::new(OutsideHttp::default()),
            settings,
            Arc::new(Key(key)),
            Arc::new(SystemClock),
        )
    }

    fn sheet_of(&self, spreadsheet_id: &str) -> GoogleSheet {
        let settings = GoogleSettings {
            sheets_url: format!("{}/google", self.local.url()),
            spreadsheet_id: spreadsheet_id.to_owned(),
            tab: "Main".to_owned(),
        };
        let key = google::service_account(&self.local.url()).to_string();
        GoogleSheet::new(
            Arc::new(OutsideHttp::default()),
            settings,
            Arc::new(Key(key)),
            Arc::new(SystemClock),
        )
    }

    pub(crate) async fn delete(&self, path: &str) {
        let url = format!("{}/_sim/sheets/{path}", self.local.url());
        assert!(self.people.delete(url).send().await.unwrap().status().is_success());
    }

    pub(crate) async fn put(&self, path: &str, body: Value) {
        let url = format!("{}/_sim/sheets/{path}", self.local.url());
        let answer = self.people.put(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    pub(crate) async fn post(&self, path: &str, body: Value) {
        let url = format!("{}/_sim/sheets/{path}", self.local.url());
        assert!(self.people.post(url).json(&body).send().await.unwrap().status().is_success());
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let url = format!("{}/_sim/sheets/{path}", self.local.url());
        self.people.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn rows(&self) -> Vec<Value> {
        self.get("sim-sheet/tabs/Main").await.as_array().unwrap()[1..].to_vec()
    }
}

fn line(cells: &[&str]) -> Writes {
    Writes {
        append: vec![cells.iter().map(|text| Cell::text(text)).collect()],
        update: vec![],
        notes: vec![],
        ..Writes::default()
    }
}

#[tokio::test]
async fn what_is_written_reads_back_the_same() {
    let provider = Provider::start().await;
    let sheet = provider.sheet("Main");
    let number = |text: &str| Cell::Number(text.parse().unwrap());
    let cells = vec![
        Cell::text("row_00000000000000000000000000000001_1"),
        Cell::text("=IMPORTXML(\"http://x\")"),
        Cell::text("two\nlines \u{202e}and right to left"),
        number("27000"),
        number("90.1234"),
        Cell::Empty,
        Cell::text(&"long ".repeat(2_000)),
    ];
    sheet.write(&Writes { append: vec![cells.clone()], ..Writes::default() }).await.unwrap();
    assert_eq!(sheet.read().await.unwrap()[1], cells);
    assert_eq!(provider.rows().await[0][1], "'=IMPORTXML(\"http://x\")", "text, and text it stays");
    let update = vec![(2, Column::QuantitySold, number("0")), (2, Column::SaleParty, Cell::Empty)];
    sheet.write(&Writes { update, ..Writes::default() }).await.unwrap();
    let changed = &sheet.read().await.unwrap()[1];
    assert_eq!((&changed[2], &changed[3]), (&Cell::Empty, &number("0")));
}

#[tokio::test]
async fn a_token_is_asked_for_once() {
    let provider = Provider::start().await;
    let sheet = provider.sheet("Main");
    for _ in 0..5 {
        sheet.read().await.unwrap();
    }
    assert_eq!(provider.get("calls").await["tokens"], 1);
}

#[tokio::test]
async fn a_forged_key_a_missing_tab_and_a_sheet_that_was_not_shared_are_said_as_what_they_are() {
    let provider = Provider::start().await;
    let mut other = google::service_account(&provider.local.url());
    other["client_email"] = json!("somebody@else.example");
    let told = |fault: SheetFault| match fault {
        SheetFault::Denied(words) | SheetFault::NoTab(words) => words,
        other => unreachable!("{other:?}"),
    };
    let forged = provider.sheet_with_key("Main", other.to_string()).read().await.unwrap_err();
    assert!(told(forged).contains("invalid_grant"));
    let garbled = provider.sheet_with_key("Main", "{}".to_owned()).read().await.unwrap_err();
    assert!(told(garbled).contains("no key file"));
    assert!(told(provider.sheet("Gone").read().await.unwrap_err()).contains("Unable to parse range"));
    assert!(told(provider.sheet("Gone").write(&line(&["x"])).await.unwrap_err()).contains("no tab"));
    provider.put("sim-sheet", json!({ "tabs": { "Main": [] }, "access": "read" })).await;
    let sheet = provider.sheet("Main");
    sheet.read().await.unwrap();
    assert!(told(sheet.write(&line(&["x"])).await.unwrap_err()).contains("does not have permission"));
}

#[tokio::test]
async fn too_many_calls_and_broken_ones_are_told_apart() {
    let provider = Provider::start().await;
    provider.put("settings", json!({ "writesPerMinute": 1 })).await;
    let sheet = provider.sheet("Main");
    sheet.write(&line(&["one"])).await.unwrap();
    assert!(matches!(sheet.write(&line(&["two"])).await, Err(SheetFault::Limited { retry_after_ms: None })));
    provider.put("settings", json!({})).await;
    for fault in [json!({ "status": 503 }), json!({ "reset": "before" }), json!({ "reset": "after" })] {
        provider.put("faults", json!([fault])).await;
        assert!(matches!(sheet.write(&line(&["three"])).await, Err(SheetFault::Unavailable(_))), "{fault}");
    }
    provider.put("faults", json!([{ "status": 429, "retryAfterS": 7 }])).await;
    let limited = sheet.read().await;
    assert!(matches!(limited, Err(SheetFault::Limited { retry_after_ms: Some(7_000) })), "{limited:?}");
}

#[tokio::test]
async fn deals_stand_in_googles_sheet_once_through_resets_sorting_and_cancelling() {
    let provider = Provider::start().await;
    let world =
        World::on(Policy::DatabaseWins, Arc::new(provider.sheet("Main")), Arc::new(ManualClock::new(NOON)));
    for number in 1..=20 {
        world.confirm(number, 2).await;
    }
    // Google takes the first write, and nobody hears of it.
    provider.put("faults", json!([{ "reset": "after", "path": "batchUpdate", "calls": 1 }])).await;
    assert_eq!(world.settle().await, 1);
    assert_eq!(provider.rows().await.len(), 40);
    provider.post("sim-sheet/tabs/Main/sort", json!({ "column": "C", "descending": true })).await;
    let above = json!({ "before": 2, "rows": [["", "a line of somebody else"], []] });
    provider.post("sim-sheet/tabs/Main/rows", above).await;
    assert!(world.hear("deal.cancelled", 3, crate::world::cancelled(7, 2)).await);
    assert_eq!(world.settle().await, 0);
    let rows = provider.rows().await;
    let keys: std::collections::BTreeSet<&str> =
        rows.iter().filter_map(|row| row[0].as_str()).filter(|key| !key.is_empty()).collect();
    assert_eq!((keys.len(), rows.len()), (40, 42));
    let cancelled: Vec<&Value> =
        rows.iter().filter(|row| row[13].as_str().is_some_and(|note| note.contains("Cancelled"))).collect();
    assert_eq!(cancelled.len(), 2);
    assert!(cancelled.iter().all(|row| row[2] == "Customer 7" && row[11] == 0), "{cancelled:?}");
    assert_eq!(provider.get("calls").await["writes"], 2);
}

/// The keys in the first column, in order.
fn keys(rows: &[Value]) -> Vec<&str> {
    let mut keys: Vec<&str> =
        rows.iter().filter_map(|row| row[0].as_str()).filter(|key| !key.is_empty()).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn a_hundred_deals_stand_there_once_whatever_dies_and_however_busy_google_is() {
    let provider = Provider::start().await;
    let clock = Arc::new(ManualClock::new(NOON));
    let world = World::on(Policy::DatabaseWins, Arc::new(provider.sheet("Main")), clock);
    for number in 1..=100 {
        world.confirm(number, if number <= 9 { 3 } else { 1 }).await;
    }
    world.relay_all().await;
    world.work.take();
    let flush = async |world: &World| {
        world.clock.advance_ms(60_000);
        let again = world.deliver(&Work::Flush).await;
        world.relay_all().await;
        world.work.take();
        again
    };
    // Killed before the call.
    provider.put("faults", json!([{ "reset": "before", "path": "batchUpdate", "calls": 1 }])).await;
    assert_eq!(flush(&world).await, 1);
    assert!(keys(&provider.rows().await).is_empty());
    // Others used the minute up: this is write 61.
    provider.put("other-sheet", json!({ "tabs": { "Main": [] } })).await;
    let other = provider.sheet_of("other-sheet");
    let before = provider.get("calls").await["writes"].as_u64().unwrap();
    while other.write(&line(&["x"])).await.is_ok() {}
    let others = provider.get("calls").await["writes"].as_u64().unwrap() - before;
    let refused = provider.get("calls").await["refused"].as_u64().unwrap();
    assert_eq!(flush(&world).await, 1);
    assert_eq!(
        provider.get("calls").await["refused"].as_u64().unwrap(),
        refused + 1,
        "write 61 was asked for"
    );
    provider.put("settings", json!({ "writesPerMinute": 600, "readsPerMinute": 600 })).await;
    // Killed after Google took it.
    provider.put("faults", json!([{ "reset": "after", "path": "batchUpdate", "calls": 1 }])).await;
    assert_eq!(flush(&world).await, 1);
    let landed = keys(&provider.rows().await).len();
    assert!(landed >= 100, "{landed}");
    // Killed while it remembers, half-way and at once; the rest of the rows goes out in between.
    for appends in [Some(40), Some(0), None, Some(0), None, None] {
        world.dies_after(appends);
        flush(&world).await;
    }
    world.dies_after(None);
    assert!(world.get("/v1/sync/rows?state=pending").await["data"].as_array().unwrap().is_empty());
    let rows = provider.rows().await;
    let mut once = keys(&rows);
    once.dedup();
    assert_eq!((rows.len(), keys(&rows).len(), once.len()), (118, 118, 118));
    let writes = provider.get("calls").await["writes"].as_u64().unwrap() - others;
    assert!(writes <= 10, "{writes}");
    for run in ["a", "b", "c"] {
        let request = TestRequest::post("/v1/sync/runs").key(run).json(&json!({}));
        assert_eq!(world.send(request).await.status(), 202);
        assert_eq!(world.settle().await, 0);
        while flush(&world).await == 0 {
            let waits = world.get("/v1/sync/rows?state=pending").await;
            if waits["data"].as_array().unwrap().is_empty() {
                break;
            }
        }
    }
    assert_eq!(provider.rows().await, rows, "no cell changed");
    assert_eq!(provider.get("calls").await["writes"].as_u64().unwrap() - others, writes);
    for state in ["pending", "conflict", "orphaned", "refused"] {
        let rows = world.get(&format!("/v1/sync/rows?state={state}")).await;
        assert_eq!(rows["data"], json!([]), "{state}");
    }
}

#[tokio::test]
async fn what_people_type_into_googles_sheet_lands_in_the_deal_and_what_cannot_is_noted_there() {
    let provider = Provider::start().await;
    let clock = Arc::new(ManualClock::new(NOON));
    let world = World::on(Policy::DatabaseWins, Arc::new(provider.sheet("Main")), clock);
    for number in 1..=5 {
        world.confirm(number, 1).await;
    }
    assert_eq!(world.settle().await, 0);
    provider.post("sim-sheet/tabs/Main/sort", json!({ "column": "C", "descending": true })).await;
    let above = json!({ "before": 2, "rows": [["", "a line of somebody else"], []] });
    provider.post("sim-sheet/tabs/Main/rows", above).await;
    let line_of =
        |rows: &[Value], customer: &str| rows.iter().position(|row| row[2] == customer).unwrap() + 2;
    let rows = provider.rows().await;
    let at = |column: &str, customer: &str| {
        format!("sim-sheet/tabs/Main/cells/{column}{}", line_of(&rows, customer))
    };
    // One rate alone, one beside a comment and other terms of the API, one against another rate, one that is none.
    provider.put(&at("E", "Customer 1"), json!({ "value": 97.5 })).await;
    provider.put(&at("E", "Customer 2"), json!({ "value": 98 })).await;
    provider.put(&at("E", "Customer 3"), json!({ "value": 99 })).await;
    provider.put(&at("E", "Customer 4"), json!({ "value": "=1+1\n\u{202e}" })).await;
    provider.delete(&format!("sim-sheet/tabs/Main/rows/{}", line_of(&rows, "Customer 5"))).await;
    world.amend(2, "saleComments", "before noon").await;
    world.amend(2, "deliveryTerms", "pickup").await;
    world.amend(3, "ratePerKg", "96.00").await;
    assert_eq!((world.settle().await, world.pull().await, world.pull().await), (0, 0, 0));
    let rates: Vec<Value> =
        (1..=5).map(|deal| world.firm.deal(deal).1["terms"]["ratePerKg"].clone()).collect();
    assert_eq!(rates, ["97.50", "98.00", "96.00", "95.00", "95.00"]);
    assert_eq!(world.firm.deal(2).1["terms"]["deliveryTerms"], "pickup");
    let rows = provider.rows().await;
    let shown = |customer: &str| {
        rows.iter().find(|row| row[2] == customer).map(|row| [row[4].clone(), row[5].clone()])
    };
    assert_eq!(shown("Customer 1"), Some([json!(97.5), json!("delivered")]));
    assert_eq!(shown("Customer 2"), Some([json!(98), json!("pickup")]));
    assert_eq!(shown("Customer 3"), Some([json!(96), json!("delivered")]));
    assert_eq!(shown("Customer 4"), Some([json!(95), json!("delivered")]));
    assert_eq!(shown("Customer 5"), None);
    let conflicts = world.get("/v1/sync/conflicts").await["data"].clone();
    let met = |value: &str| {
        conflicts.as_array().unwrap().iter().find(|one| one["sheet"]["value"] == value).unwrap()
    };
    assert_eq!((&met("99")["database"]["value"], &met("99")["outcome"]), (&json!("96"), &json!("database")));
    assert!(met("=1+1\n\u{202e}")["refused"].is_string());
    assert_eq!(conflicts.as_array().unwrap().len(), 2);
    let notes = provider.get("sim-sheet/tabs/Main/notes").await;
    assert_eq!(notes.as_object().unwrap().len(), 2, "{notes}");
    assert!(
        notes.to_string().contains("changed too") && notes.to_string().contains("not taken over"),
        "{notes}"
    );
    let orphan = world.get("/v1/sync/rows?state=orphaned").await["data"].clone();
    assert_eq!((orphan.as_array().unwrap().len(), world.firm.deal(5).0), (1, 2));
    let calls = provider.get("calls").await;
    assert_eq!(
        (world.pull().await, provider.get("calls").await["writes"].clone()),
        (0, calls["writes"].clone())
    );
}

#[tokio::test]
async fn a_read_only_or_missing_sheet_takes_nothing_and_the_connection_says_why() {
    for (sheet, words) in [
        (json!({ "tabs": { "Main": [] }, "access": "read" }), "does not have permission"),
        (json!({ "tabs": { "Other": [] } }), "Unable to parse range"),
        (json!({ "tabs": { "Main": [] }, "access": "none" }), "does not have permission"),
    ] {
        let provider = Provider::start().await;
        provider.put("sim-sheet", sheet).await;
        let clock = Arc::new(ManualClock::new(NOON));
        let world = World::on(Policy::DatabaseWins, Arc::new(provider.sheet("Main")), clock);
        world.confirm(1, 1).await;
        assert_eq!(world.settle().await, 1);
        let connection = world.get("/v1/sync/connections").await["data"][0].clone();
        assert_eq!(connection["breaker"], "open");
        assert!(connection["fault"].as_str().unwrap().contains(words), "{connection}");
        assert_eq!(world.get("/v1/sync/rows?state=pending").await["data"].as_array().unwrap().len(), 1);
    }
}
