//! `import-parties`: parties of the system before this one, in batches; each item stands or falls by itself.

use std::collections::BTreeSet;

use customer_domain::{PartyId, PartyName, Phone, Role};
use kernel::{Actor, CorrelationId, Tenant};
use lambda_entry::DirectError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Direct, asked, failed, read};
use crate::commands::{ImportOutcome, LegacyParty, import_party};
use crate::personal::{Address, Person};

/// Most items of one call: they take some seconds.
pub(super) const MOST_ITEMS: usize = 500;
/// Longest texts of the old system that are taken, in characters.
const LONGEST_TEXT: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImportParties {
    #[serde(default)]
    tenant: Option<Tenant>,
    items: Vec<Value>,
    #[serde(default)]
    actor: Option<Actor>,
    #[serde(default)]
    correlation_id: Option<CorrelationId>,
}

/// A row as it stands in the old system. Its texts are read by us and not by serde, so that everything that is wrong with it
/// is told at once.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    legacy_ids: BTreeSet<String>,
    name: String,
    roles: Vec<String>,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    contact_person: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    address: Option<String>,
}

const fn yes() -> bool {
    true
}

/// What became of an item.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    legacy_ids: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<PartyId>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

/// What is wrong with an item. Values are not repeated: they may be personal.
#[derive(Serialize)]
struct Fault {
    pointer: &'static str,
    code: &'static str,
    detail: String,
}

impl Direct {
    pub(super) async fn import_parties(&self, payload: Value) -> Result<Value, DirectError> {
        let ImportParties { tenant, items, actor, correlation_id } = read(payload)?;
        if items.len() > MOST_ITEMS {
            return Err(DirectError::new("invalid", format!("items: at most {MOST_ITEMS} at a time")));
        }
        let customers = self.customers_of(tenant);
        let request = asked(&customers, actor, correlation_id)?;
        let mut reports = Vec::with_capacity(items.len());
        for item in items {
            let legacy_ids = legacy_ids(&item);
            let party = match readable(item).and_then(legacy) {
                Ok(party) => party,
                Err(faults) => {
                    reports.push(Report { legacy_ids, id: None, outcome: "refused", faults });
                    continue;
                }
            };
            reports.push(match import_party(&customers, &request, &party).await {
                Ok((id, outcome)) => {
                    Report { legacy_ids, id: Some(id), outcome: told(outcome), faults: Vec::new() }
                }
                Err(error) => {
                    let detail = failed(&error).detail;
                    let fault = Fault { pointer: "", code: "failed", detail };
                    Report { legacy_ids, id: None, outcome: "failed", faults: vec![fault] }
                }
            });
        }
        serde_json::to_value(serde_json::json!({ "items": reports })).map_err(|e| failed(&e))
    }
}

const fn told(outcome: ImportOutcome) -> &'static str {
    match outcome {
        ImportOutcome::Created => "created",
        ImportOutcome::Changed => "changed",
        ImportOutcome::Unchanged => "unchanged",
    }
}

/// The places an item names, also where the rest of it cannot be read: the report must say which item it is about.
fn legacy_ids(item: &Value) -> BTreeSet<String> {
    let ids = item.get("legacyIds").and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What the reader says of an item that is no item is not repeated: it quotes values.
fn readable(item: Value) -> Result<Item, Vec<Fault>> {
    let detail = "must have legacyIds, name and roles, and besides them active, contactPerson, phone, email and address";
    serde_json::from_value(item).map_err(|_| vec![fault("", "malformed", detail)])
}

/// An item in the words of this context, or everything that is wrong with it. Blank texts are no texts.
fn legacy(item: Item) -> Result<LegacyParty, Vec<Fault>> {
    let mut faults = Vec::new();
    let name = checked(&mut faults, "/name", item.name.parse::<PartyName>());
    let roles: Option<BTreeSet<Role>> =
        checked(&mut faults, "/roles", item.roles.iter().map(|role| role.parse::<Role>()).collect());
    if item.roles.is_empty() {
        faults.push(fault("/roles", "too-few", "must have at least one role"));
    }
    if item.legacy_ids.iter().any(|id| !(1..=100).contains(&id.len())) || item.legacy_ids.is_empty() {
        faults.push(fault("/legacyIds", "malformed", "must be at least one, each of 1 to 100 characters"));
    }
    let person = present(item.contact_person);
    let address = present(item.address);
    for (pointer, text) in [("/contactPerson", &person), ("/address", &address)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            faults.push(fault(pointer, "too-long", "must have at most 500 characters"));
        }
    }
    let phone = present(item.phone).and_then(|text| checked(&mut faults, "/phone", Phone::indian(&text)));
    let email = present(item.email).and_then(|text| checked(&mut faults, "/email", text.parse()));
    let (Some(name), Some(roles), true) = (name, roles, faults.is_empty()) else { return Err(faults) };
    let contact =
        Person { name: person, phones: phone.into_iter().collect(), emails: email.into_iter().collect() };
    Ok(LegacyParty {
        legacy_ids: item.legacy_ids,
        name,
        roles,
        active: item.active,
        contact: (contact != Person::default()).then_some(contact),
        address: address.map(|lines| Address { lines, city: None, postal_code: None, state_code: None }),
    })
}

fn present(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn checked<T, E: std::fmt::Display>(
    faults: &mut Vec<Fault>,
    pointer: &'static str,
    read: Result<T, E>,
) -> Option<T> {
    read.map_err(|error| faults.push(fault(pointer, "malformed", &error.to_string()))).ok()
}

fn fault(pointer: &'static str, code: &'static str, detail: &str) -> Fault {
    Fault { pointer, code, detail: detail.to_owned() }
}
