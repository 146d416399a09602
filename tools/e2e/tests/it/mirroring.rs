//! What the firm has stands in the other tabs of its sheet, whatever people do to them, and who was erased does not.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use reqwest::Client;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};

/// A tab at the simulated provider, as people see it.
struct Tab {
    http: Client,
    base: String,
}

impl Tab {
    fn of(firm: &Firm, title: &str) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        let title = title.replace(' ', "%20");
        Ok(Self { http, base: format!("{}/_sim/sheets/sim-sheet/tabs/{title}", firm.endpoints.simulators) })
    }

    /// The lines with this key, each with its number.
    async fn lines(&self, key: &str) -> Result<Vec<(usize, Vec<Value>)>> {
        let all: Vec<Vec<Value>> = self.http.get(&self.base).send().await?.error_for_status()?.json().await?;
        let numbered = all.into_iter().enumerate().map(|(index, line)| (index + 1, line));
        Ok(numbered.filter(|(_, line)| line.first().is_some_and(|cell| cell == key)).collect())
    }

    /// The one line with this key, once it stands there and reads as expected.
    async fn until(&self, key: &str, reads: impl Fn(&[Value]) -> bool) -> Result<(usize, Vec<Value>)> {
        let mut last = Vec::new();
        for _ in 0..240 {
            last = self.lines(key).await?;
            if let [(number, line)] = &last[..]
                && reads(line)
            {
                return Ok((*number, line.clone()));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("{key} does not stand there as expected after two minutes: {last:?}")
    }

    async fn until_gone(&self, key: &str) -> Result<()> {
        for _ in 0..240 {
            if self.lines(key).await?.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("{key} still stands there after two minutes")
    }
}

#[tokio::test]
async fn lots_and_products_stand_in_their_tabs_and_what_people_do_there_is_put_right() -> Result<()> {
    let firm = Firm::open().await?;
    let (inventory, products) = (Tab::of(&firm, "Inventory")?, Tab::of(&firm, "Product Database")?);
    let lot = firm.lot("1000", "90.5").await?;
    let (_, line) = inventory.until(&lot, |line| line[5] == json!(1000)).await?;
    ensure!(line[1] == json!(firm.code) && line[6] == json!(90.5) && line[8] == "01-07-2025", "{line:?}");
    let (_, line) = products.until(&firm.product, |line| line[1] == json!(firm.code)).await?;
    ensure!(line[2] == "HD 50% HM" && line[5].as_str().is_some_and(|at| at.ends_with('Z')), "{line:?}");

    let sale = firm.sale("400", "95", json!([{ "lotId": lot, "quantityKg": "400" }]));
    ensure!(text(&firm.api.deal(&key(), &sale).await?, "status") == "confirmed");
    let (number, _) = inventory.until(&lot, |line| line[5] == json!(600)).await?;

    // Others append and delete lines meanwhile: whichever row this hits, the next comparison puts it right.
    let cell = format!("{}/cells/G{number}", inventory.base);
    inventory.http.put(cell).json(&json!({ "value": 1 })).send().await?.error_for_status()?;
    firm.api.post("/v1/sync/runs", &key(), &json!({})).await?.expect(202)?;
    inventory.until(&lot, |line| line[6] == json!(90.5)).await?;

    let connections = firm.api.get("/v1/sync/connections").await?.expect(200)?;
    let tabs = connections["data"][0]["tabs"].as_array().cloned().unwrap_or_default();
    ensure!(tabs.len() == 4 && tabs.iter().any(|tab| tab["state"] == "current"), "{connections}");

    // Sold out, it leaves.
    let rest = firm.sale("600", "95", json!([{ "lotId": lot, "quantityKg": "600" }]));
    ensure!(text(&firm.api.deal(&key(), &rest).await?, "status") == "confirmed");
    inventory.until_gone(&lot).await
}

#[tokio::test]
async fn a_party_stands_in_its_tab_with_how_to_reach_it_until_it_is_erased() -> Result<()> {
    let firm = Firm::open().await?;
    let customers = Tab::of(&firm, "Sale Parties")?;
    let party = json!({
        "name": format!("=Mirrored {}", key()), "roles": ["customer"],
        "contacts": [{ "name": "Asha", "phones": ["+919820012345"], "emails": ["asha@ivory.example"] }],
    });
    let created = firm.api.post("/v1/parties", &key(), &party).await?.expect(201)?;
    let id = text(&created, "id");
    let (_, line) = customers.until(id, |line| line.len() > 4).await?;
    ensure!(line[1] == json!(format!("'{}", text(&party, "name"))), "a name is no formula: {line:?}");
    ensure!(line[2] == "Asha" && line[3] == "'+919820012345" && line[4] == "asha@ivory.example", "{line:?}");
    ensure!(Tab::of(&firm, "Purchase Parties")?.lines(id).await?.is_empty());

    firm.api.post(&format!("/v1/parties/{id}/erase"), &key(), &json!({})).await?.expect(200)?;
    customers.until_gone(id).await
}
