//! A product of its own for each test, so that tests can run side by side and again.

use anyhow::{Context as _, Result, ensure};
use e2e::{Api, Endpoints};
use serde_json::{Value, json};

pub(crate) struct Firm {
    pub(crate) endpoints: Endpoints,
    pub(crate) api: Api,
    pub(crate) product: String,
    pub(crate) code: String,
}

/// Whom all tests trade with; whoever comes first enters them.
const PARTIES: [(&str, &str); 4] = [
    ("Ivory Ice\u{2011}cream Cups", "customer"),
    ("Gulf Polymers", "supplier"),
    ("Fresh & Co.", "supplier"),
    ("Fresh", "supplier"),
];

/// A key that no other test and no earlier run has used.
pub(crate) fn key() -> String {
    #[expect(clippy::disallowed_methods, reason = "a client invents its own keys")]
    let id = uuid::Uuid::now_v7();
    format!("e2e-{id}")
}

pub(crate) fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body.get(member).and_then(Value::as_str).unwrap_or_else(|| panic!("no text {member} in {body}"))
}

impl Firm {
    /// Enters a customer of this name.
    pub(crate) async fn enter_customer(&self, name: &str) -> Result<()> {
        let party = json!({ "name": name, "roles": ["customer"] });
        let entered = self.api.post("/v1/parties", &key(), &party).await?;
        ensure!(entered.status.as_u16() == 201, "{}", entered.body);
        Ok(())
    }

    pub(crate) async fn open() -> Result<Self> {
        let endpoints = Endpoints::from_env()?;
        let api = Api::login(&endpoints, "owner").await?;
        for (name, role) in PARTIES {
            let party = json!({ "name": name, "roles": [role] });
            let entered = api.post("/v1/parties", &key(), &party).await?;
            ensure!([201, 409].contains(&entered.status.as_u16()), "{}", entered.body);
        }
        let code = format!("E2E {} / {}", std::process::id(), key());
        let body = json!({
            "productCode": code, "grade": "HD 50% HM", "company": "RIL", "specificGrade": "HD",
            "minStockKg": "100",
        });
        let created = api.post("/v1/products", &key(), &body).await?.expect(201)?;
        Ok(Self { product: text(&created, "id").to_owned(), endpoints, api, code })
    }

    pub(crate) async fn lot(&self, quantity_kg: &str, rate_per_kg: &str) -> Result<String> {
        let body = json!({
            "productId": self.product, "supplier": "Gulf Polymers", "warehouse": "Main Warehouse",
            "quantityKg": quantity_kg, "ratePerKg": rate_per_kg, "receivedOn": "2025-07-01",
        });
        let created = self.api.post("/v1/lots", &key(), &body).await?.expect(201)?;
        Ok(text(&created, "id").to_owned())
    }

    pub(crate) fn sale(&self, quantity_kg: &str, rate_per_kg: &str, sources: Value) -> Value {
        json!({
            "date": "2025-08-01", "customer": "Ivory Ice\u{2011}cream Cups", "productId": self.product,
            "quantityKg": quantity_kg, "ratePerKg": rate_per_kg, "deliveryTerms": "delivered", "sources": sources,
        })
    }

    /// The buckets of a lot: available, reserved, sold.
    pub(crate) async fn buckets(&self, lot: &str) -> Result<[String; 3]> {
        let lot = self.api.get(&format!("/v1/lots/{lot}")).await?.expect(200)?;
        Ok(["availableKg", "reservedKg", "soldKg"].map(|bucket| text(&lot, bucket).to_owned()))
    }

    /// The buckets of a lot, once nothing is reserved in it any more.
    pub(crate) async fn settled(&self, lot: &str) -> Result<[String; 3]> {
        for _ in 0..240 {
            let buckets = self.buckets(lot).await?;
            if buckets[1] == "0.000" {
                return Ok(buckets);
            }
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        self.buckets(lot).await.context("material stays reserved")
    }
}
