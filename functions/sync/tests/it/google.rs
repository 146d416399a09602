//! The adapter against the simulated Google, over real HTTP.

use std::sync::Arc;

use async_trait::async_trait;
use cloud::OutsideHttp;
use event_store::BoxError;
use kernel::SystemClock;
use reqwest::Client;
use serde_json::{Value, json};
use simulators::{Local, google};
use sync::adapters::{GoogleSettings, GoogleSheet};
use sync::ports::{KeySource, SheetFault, Spreadsheet, Writes};
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

struct Provider {
    local: Local,
    people: Client,
}

impl Provider {
    async fn start() -> Self {
        let people = Client::builder().no_proxy().build().unwrap();
        Self { local: Local::start(simulators::router()).await.unwrap(), people }
    }

    fn sheet(&self, tab: &str) -> GoogleSheet {
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

    async fn put(&self, path: &str, body: Value) {
        let url = format!("{}/_sim/sheets/{path}", self.local.url());
        let answer = self.people.put(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    async fn post(&self, path: &str, body: Value) {
        let url = format!("{}/_sim/sheets/{path}", self.local.url());
        assert!(self.people.post(url).json(&body).send().await.unwrap().status().is_success());
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}/_sim/sheets/{path}", self.local.url());
        self.people.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn rows(&self) -> Vec<Value> {
        self.get("sim-sheet/tabs/Main").await.as_array().unwrap()[1..].to_vec()
    }
}

fn line(cells: &[&str]) -> Writes {
    Writes { append: vec![cells.iter().map(|text| Cell::text(text)).collect()], update: vec![] }
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
    sheet.write(&Writes { append: vec![cells.clone()], update: vec![] }).await.unwrap();
    assert_eq!(sheet.read().await.unwrap()[1], cells);
    assert_eq!(provider.rows().await[0][1], "'=IMPORTXML(\"http://x\")", "text, and text it stays");
    let update = vec![(2, Column::QuantitySold, number("0")), (2, Column::SaleParty, Cell::Empty)];
    sheet.write(&Writes { append: vec![], update }).await.unwrap();
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
        SheetFault::Denied(words) => words,
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
