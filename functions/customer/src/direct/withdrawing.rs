//! `withdraw-parties`: takes the import of parties back, as far as nothing was built upon them. Asked again it changes nothing. A
//! party that is kept says why, and one that is only waiting can be taken a little later; importing it again brings back what is
//! gone.

use std::collections::BTreeSet;

use customer_domain::NameKey;
use customer_domain::party::Refusal;
use event_store::{ExecuteError, Request};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kernel::{Actor, Tenant};
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::importing::MOST_ITEMS;
use super::{Direct, asked, failed, read};
use crate::Customers;
use crate::commands::{WithdrawError, withdraw_party};

/// How many parties are looked at at once.
const AT_ONCE: usize = 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Withdraw {
    #[serde(default)]
    tenant: Option<Tenant>,
    /// The parties, by any of their names. What can be no name was never imported.
    names: Vec<String>,
    /// Deals whose import was taken back; facts of that may still be on their way. A dry run takes them for heard.
    #[serde(default)]
    gone: BTreeSet<String>,
    #[serde(default)]
    dry_run: bool,
}

impl Direct {
    pub(super) async fn withdraw_parties(&self, payload: Value) -> Result<Value, DirectError> {
        let Withdraw { tenant, names, gone, dry_run } = read(payload)?;
        if names.len() > MOST_ITEMS {
            return Err(DirectError::new("invalid", format!("names: at most {MOST_ITEMS} at a time")));
        }
        let customers = self.customers_of(tenant);
        let request = asked(&customers, Some(Actor::system("rollback")), None)?;
        let answers: Vec<_> =
            names.into_iter().map(|name| one(&customers, &request, name, &gone, dry_run)).collect();
        let answers: Vec<Value> = stream::iter(answers).buffered(AT_ONCE).try_collect().await?;
        Ok(json!({ "items": answers }))
    }
}

async fn one(
    customers: &Customers,
    request: &Request,
    name: String,
    gone: &BTreeSet<String>,
    dry_run: bool,
) -> Result<Value, DirectError> {
    let Ok(key) = name.parse::<NameKey>() else {
        return Ok(json!({ "name": name, "outcome": "absent" }));
    };
    let mut unheard = None;
    let (id, outcome, reason) = match withdraw_party(customers, request, &key, gone, dry_run).await {
        Ok((id, true)) => (Some(id), "withdrawn", None),
        Ok((id, false)) => (Some(id), "unchanged", None),
        Err(WithdrawError::Execute(ExecuteError::Refused(Refusal::NotImported))) => (None, "absent", None),
        Err(WithdrawError::Execute(ExecuteError::Refused(refusal @ Refusal::Unheard(deals)))) => {
            unheard = Some(deals);
            (None, "waiting", Some(refusal.to_string()))
        }
        Err(WithdrawError::Execute(ExecuteError::Refused(refusal))) => {
            (None, "kept", Some(refusal.to_string()))
        }
        Err(error) => return Err(failed(&error)),
    };
    let mut answer = json!({ "name": name, "outcome": outcome });
    for (member, value) in [("id", json!(id)), ("reason", json!(reason)), ("unheard", json!(unheard))] {
        if !value.is_null() {
            answer[member] = value;
        }
    }
    Ok(answer)
}
