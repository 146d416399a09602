//! Demo users, parties and goods.
//!
//! Users are made by an operator command to the auth function, the rest through the HTTP API like anybody's, each with
//! an idempotency key of its own, so that a second `up` gets the first one's answers and writes nothing.

use crate::cloud::Cloud;
use crate::progress::{Note, Outcome, done, unchanged};
use crate::workspace::{Instance, PREFIX, write_json};
use anyhow::{Context as _, Result, bail};
use reqwest::StatusCode;
use reqwest::blocking::Client;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// One user for each role.
pub(crate) const ROLES: [&str; 7] =
    ["owner", "admin", "trader", "accounts", "logistics", "viewer", "auditor"];
/// Name of the note in the emulator that says which users were made.
const MADE: &str = "demo-users";

pub(crate) fn email(role: &str) -> String {
    format!("{role}@demo.polymer.example")
}

fn password(role: &str) -> String {
    format!("demo-{role}-2026")
}

/// Makes the users. Hashing seven passwords takes seconds, hence the note.
pub(crate) fn users(cloud: &Cloud, note: &Note) -> Result<Outcome> {
    let wanted = ROLES.join(" ");
    if cloud.note(MADE)?.as_deref() == Some(wanted.as_str()) {
        return unchanged("seven, one per role");
    }
    for role in ROLES {
        note.say(role);
        let name = format!("Demo {}{}", role[..1].to_uppercase(), &role[1..]);
        let event = json!({
            "kind": "create-user", "email": email(role), "name": name, "password": password(role), "roles": [role],
        });
        let answer = cloud.invoke(&format!("{PREFIX}-auth"), &event)?;
        if answer.get("ok").is_none() {
            bail!("auth refused the demo user {role}: {answer}");
        }
    }
    cloud.set_note(MADE, &wanted)?;
    done("seven, one per role")
}

/// What demo data there is to talk about.
#[derive(Default)]
pub(crate) struct Demo {
    product_id: String,
    lot_id: String,
}

/// Whom the firm of the demo trades with: the customer of the first request that `up` prints, and the suppliers of the lots.
const PARTIES: [(&str, &str); 4] = [
    ("Acme Films", "customer"),
    ("Gulf Polymers", "supplier"),
    ("Deccan Resins", "supplier"),
    ("Konkan Petro", "supplier"),
];

/// Four parties, two products, four lots of them, and the people who are told of deals.
pub(crate) fn data(instance: &Instance, note: &Note) -> Result<(Demo, Outcome)> {
    let api = Api::login(instance, "owner")?;
    note.say("parties");
    for (name, role) in PARTIES {
        api.enter(name, role)?;
    }
    note.say("products");
    let film = api.create(
        "/v1/products",
        "demo-product-1",
        &json!({
            "productCode": "HD50MA180", "grade": "HD Injection", "company": "RIL", "specificGrade": "HD",
            "minStockKg": "5000.000",
        }),
    )?;
    let raffia = api.create(
        "/v1/products",
        "demo-product-2",
        &json!({
            "productCode": "TR131", "grade": "PP Raffia", "company": "IOCL", "specificGrade": "PP",
            "minStockKg": "2000.000",
        }),
    )?;
    note.say("lots");
    let lots = [
        (&film, "Gulf Polymers", "27000.000", "90.00"),
        (&film, "Deccan Resins", "2804.700", "123.75"),
        (&film, "Deccan Resins", "1092.700", "123.75"),
        (&raffia, "Konkan Petro", "16000.000", "96.50"),
    ];
    let mut ids = Vec::new();
    for (index, (product, supplier, quantity_kg, rate_per_kg)) in lots.iter().enumerate() {
        let lot = json!({
            "productId": product, "supplier": supplier, "warehouse": "Bhiwandi",
            "quantityKg": quantity_kg, "ratePerKg": rate_per_kg, "receivedOn": "2026-04-01",
        });
        ids.push(api.create("/v1/lots", &format!("demo-lot-{}", index + 1), &lot)?);
    }
    note.say("audiences");
    api.name_audiences()?;
    let lot_id = ids.into_iter().next().unwrap_or_default();
    Ok((Demo { product_id: film, lot_id }, unchanged("4 parties, 2 products, 4 lots, 4 people to tell")?))
}

/// Writes where the API is and who may enter, for people, tests and scripts.
pub(crate) fn write_endpoints(instance: &Instance) -> Result<()> {
    let logins: Map<String, Value> = ROLES
        .iter()
        .map(|role| ((*role).to_owned(), json!({ "email": email(role), "password": password(role) })))
        .collect();
    let endpoints = json!({
        "api": instance.api_url(), "emulator": instance.cloud_url(), "simulators": instance.simulators_url(),
        "loginProvider": instance.login_provider_url(), "logins": logins,
    });
    write_json(&instance.path("endpoints.json"), &endpoints)
}

impl Demo {
    /// What a newcomer reads first.
    pub(crate) fn welcome(&self, instance: &Instance) -> String {
        let api = instance.api_url();
        let cloud = instance.cloud_url();
        let simulators = instance.simulators_url();
        let (email, password) = (email("trader"), password("trader"));
        let deal = format!(
            "{{\"date\":\"2026-04-02\",\"customer\":\"Acme Films\",\"productId\":\"{}\",\"quantityKg\":\"1000.000\",\
             \"ratePerKg\":\"95.00\",\"deliveryTerms\":\"delivered\",\
             \"sources\":[{{\"lotId\":\"{}\",\"quantityKg\":\"1000.000\"}}]}}",
            self.product_id, self.lot_id
        );
        format!(
            "  API        {api}   (/healthz, /readyz; addresses and logins in endpoints.json)\n  \
               emulator   {cloud}   (aws --endpoint-url {cloud} --region ap-south-1 …)\n  \
               providers  {simulators}   (simulated; open it in a browser: phones, the sheet, fault switches)\n  \
               login      {email} / {password}   (also owner, admin, accounts, logistics, viewer, auditor)\n  \
               elsewhere  {api}/v1/auth/oidc/demo/start   (in a browser: log in by an outside provider)\n\n\
             Register a deal:\n\n  \
               TOKEN=$(curl -s {api}/v1/auth/login -H 'content-type: application/json' \\\n    \
                 -d '{{\"email\":\"{email}\",\"password\":\"{password}\"}}' | sed 's/.*\"accessToken\":\"\\([^\"]*\\)\".*/\\1/')\n\n  \
               curl -s {api}/v1/deals -H \"authorization: Bearer $TOKEN\" -H 'content-type: application/json' \\\n    \
                 -H 'idempotency-key: my-first-deal' -H 'prefer: wait=10' -d '{deal}'\n"
        )
    }
}

/// The HTTP API as one user.
struct Api {
    http: Client,
    url: String,
    token: String,
}

impl Api {
    fn login(instance: &Instance, role: &str) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(40)).no_proxy().build()?;
        let mut api = Self { http, url: instance.api_url(), token: String::new() };
        let answer =
            api.post("/v1/auth/login", None, &json!({ "email": email(role), "password": password(role) }))?;
        api.token = text(&answer, "accessToken")?;
        Ok(api)
    }

    /// Creates something and gives its id.
    fn create(&self, path: &str, key: &str, body: &Value) -> Result<String> {
        text(&self.post(path, Some(key), body)?, "id")
    }

    /// Enters a party, unless somebody has entered one of that name.
    fn enter(&self, name: &str, role: &str) -> Result<()> {
        let key = format!("demo-party-{}", name.to_lowercase().replace(' ', "-"));
        let body = json!({ "name": name, "roles": [role] });
        let (status, answer) = self.send("/v1/parties", Some(&key), &body)?;
        if status.is_success() || status == StatusCode::CONFLICT {
            return Ok(());
        }
        bail!("POST /v1/parties answered {status}: {answer}\n  see `cargo xtask logs`");
    }

    /// Names who is told of deals, unless somebody has named them before.
    fn name_audiences(&self) -> Result<()> {
        let url = format!("{}/v1/audiences", self.url);
        let known: Value = self.http.get(&url).bearer_auth(&self.token).send()?.error_for_status()?.json()?;
        if known["version"] != 0 {
            return Ok(());
        }
        let person = |name: &str, phone: &str| json!({ "name": name, "phone": phone });
        let audiences = json!({
            "accounts": [person("Asha", "+919800000001")],
            "logistics": [person("Ravi", "+919800000002")],
            "owners": [person("Meera", "+919800000003"), person("Vikram", "+919800000004")],
        });
        let put = self.http.put(&url).bearer_auth(&self.token).header("if-match", "\"0\"").json(&audiences);
        let answer = put.send().context("PUT /v1/audiences")?;
        let status = answer.status();
        if !status.is_success() {
            bail!("PUT /v1/audiences answered {status}: {}\n  see `cargo xtask logs`", answer.text()?);
        }
        Ok(())
    }

    fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Result<Value> {
        let (status, text) = self.send(path, key, body)?;
        if !status.is_success() {
            bail!("POST {path} answered {status}: {text}\n  see `cargo xtask logs`");
        }
        serde_json::from_str(&text).with_context(|| format!("POST {path} answered no JSON: {text}"))
    }

    fn send(&self, path: &str, key: Option<&str>, body: &Value) -> Result<(StatusCode, String)> {
        let mut request = self.http.post(format!("{}{path}", self.url)).json(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key).bearer_auth(&self.token);
        }
        let answer = request.send().with_context(|| format!("POST {path}"))?;
        Ok((answer.status(), answer.text()?))
    }
}

fn text(answer: &Value, field: &str) -> Result<String> {
    let value = answer.get(field).and_then(Value::as_str);
    value.map(str::to_owned).with_context(|| format!("no `{field}` in {answer}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_name_the_api_and_every_login() {
        let dir = tempfile::tempdir().unwrap();
        let instance = Instance::at(dir.path().to_owned());
        write_endpoints(&instance).unwrap();
        let written: Value =
            serde_json::from_slice(&std::fs::read(dir.path().join("endpoints.json")).unwrap()).unwrap();
        assert_eq!(written["api"], "http://127.0.0.1:8080");
        assert_eq!(written["emulator"], "http://127.0.0.1:4566");
        assert_eq!(written["simulators"], "http://127.0.0.1:8090");
        assert_eq!(written["loginProvider"], "http://127.0.0.1:8091");
        assert_eq!(written["logins"]["trader"]["email"], "trader@demo.polymer.example");
        assert_eq!(written["logins"]["auditor"]["password"], "demo-auditor-2026");
        assert_eq!(written["logins"].as_object().unwrap().len(), 7);
    }
}
