//! Every operation of every OpenAPI document, called without a token and with each role.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use auth_domain::Role;
use e2e::{Answer, Api, Endpoints};
use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::operations::{Operation, operations};

/// Requests under way at once.
const AT_ONCE: usize = 4;

async fn call(api: &Api, operation: &Operation, path: &str) -> Result<Answer> {
    let request = api.request(operation.method.clone(), path);
    let request =
        if operation.reads() { request } else { request.header("idempotency-key", key()).json(&json!([])) };
    api.send(request).await
}

/// What one caller is answered everywhere.
async fn call_everywhere(api: &Api, operations: &[Operation], role: Option<Role>) -> Result<Vec<String>> {
    let calls = operations.iter().map(|operation| async move {
        let refused = match (role, &operation.needs) {
            (None, Some(_)) => Some(401),
            (Some(role), _) if !operation.admits(role) => Some(403),
            _ => None,
        };
        if refused.is_none() && !operation.is_harmless() {
            return Ok(None);
        }
        let path = operation.path.replace("{name}", "nobody").replace("{id}", "nothing");
        let answer = call(api, operation, &path).await?;
        let status = answer.status.as_u16();
        let as_expected = match refused {
            Some(refusal) => status == refusal,
            None if operation.needs.is_some() => {
                status < 500
                    && status != 401
                    && status != 403
                    && operation.statuses.contains(&status.to_string())
            }
            None => status < 500 && operation.statuses.contains(&status.to_string()),
        };
        let who = role.map_or("nobody", Role::as_str);
        Ok::<_, anyhow::Error>(
            (!as_expected).then(|| format!("{who}: {}: {status} {}", operation.name(), answer.body)),
        )
    });
    let calls: Vec<_> = calls.collect();
    let wrong: Vec<_> = stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
    Ok(wrong.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

#[tokio::test]
async fn each_role_may_call_what_the_policy_lets_it_and_nothing_else() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let operations = operations()?;
    assert!(operations.len() > 70, "{}", operations.len());
    let mut wrong = call_everywhere(&Api::anonymous(&endpoints)?, &operations, None).await?;
    for role in Role::ALL {
        let api = Api::login(&endpoints, role.as_str()).await?;
        wrong.extend(call_everywhere(&api, &operations, Some(role)).await?);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Names of members that say a rate, an amount or a margin.
fn money(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name.ends_with("Inr") || name.ends_with("RatePerKg") || name == "ratePerKg" {
                    found.insert(name.clone());
                }
                money(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| money(item, found)),
        _ => {}
    }
}

/// The members that an answer has, wherever.
fn members(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(all) => all.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            members(value, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| members(item, found)),
        _ => {}
    }
}

/// Things that operations can be asked about, by the resource their paths begin with.
async fn things(firm: &Firm) -> Result<BTreeMap<&'static str, String>> {
    let lot = firm.lot("5000", "90").await?;
    let sale = firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }]));
    let deal = firm.api.deal(&key(), &sale).await?;
    let customer = text(&deal, "customerId").to_owned();
    let path = format!("/v1/parties/{customer}");
    let party = firm.api.get(&path).await?.expect(200)?;
    let change = json!({
        "creditLimitInr": "500000.00",
        "contacts": [{ "name": "Asha", "phones": ["+919812345678"] }],
        "addresses": [{ "lines": "12 MG Road", "city": "Surat" }],
    });
    let version = format!("\"{}\"", party["version"]);
    let change = firm.api.request(Method::PATCH, &path).header("if-match", version).json(&change);
    firm.api.send(change).await?.expect(200)?;
    let product = firm.product.clone();
    Ok(BTreeMap::from([
        ("deals", text(&deal, "id").to_owned()),
        ("lots", lot),
        ("products", product),
        ("parties", customer),
    ]))
}

#[tokio::test]
async fn each_role_is_shown_the_members_that_the_policy_lets_it_see_and_no_others() -> Result<()> {
    let firm = Firm::open().await?;
    let things = things(&firm).await?;
    let operations = operations()?;
    let masked: BTreeSet<&str> = operations
        .iter()
        .flat_map(|operation| operation.masked.values().flatten())
        .map(String::as_str)
        .collect();
    assert!(masked.len() > 8, "{masked:?}");
    for role in Role::ALL {
        let api = Api::login(&firm.endpoints, role.as_str()).await?;
        let (mut seen, mut to_be_seen) = (BTreeSet::new(), BTreeSet::new());
        for operation in operations.iter().filter(|operation| operation.reads() && operation.admits(role)) {
            let resource = operation.path.split('/').nth(2).unwrap_or_default();
            let path = match (operation.path.contains('{'), things.get(resource)) {
                (true, Some(id)) => operation.path.replace("{id}", id),
                (true, None) => continue,
                (false, _) => operation.path.clone(),
            };
            let mut shown = BTreeSet::new();
            members(&call(&api, operation, &path).await?.body, &mut shown);
            let hidden = operation.masked_for(role, false);
            let wrong: Vec<_> = shown.iter().filter(|member| hidden.contains(member.as_str())).collect();
            assert!(wrong.is_empty(), "{}: {}: {wrong:?}", role.as_str(), operation.name());
            to_be_seen.extend(operation.masked_for(role, true));
            seen.extend(shown);
        }
        let missing: Vec<_> = to_be_seen.iter().filter(|member| !seen.contains(**member)).collect();
        assert!(missing.is_empty(), "{} is nowhere shown {missing:?}", role.as_str());
    }
    Ok(())
}

#[tokio::test]
async fn logistics_is_shown_no_rate_amount_or_margin_anywhere() -> Result<()> {
    let firm = Firm::open().await?;
    let lot = firm.lot("5000", "90").await?;
    let deal = firm
        .api
        .deal(&key(), &firm.sale("1000", "95", json!([{ "lotId": lot, "quantityKg": "1000" }])))
        .await?;
    let ids = BTreeMap::from([
        ("deals", text(&deal, "id").to_owned()),
        ("lots", lot),
        ("products", firm.product.clone()),
        ("parties", text(&deal, "customerId").to_owned()),
    ]);
    let logistics = Api::login(&firm.endpoints, "logistics").await?;
    let mut shown_to_owner = BTreeSet::new();
    for operation in
        operations()?.iter().filter(|operation| operation.reads() && operation.admits(Role::Logistics))
    {
        let resource = operation.path.split('/').nth(2).unwrap_or_default();
        let path = match (operation.path.contains('{'), ids.get(resource)) {
            (true, Some(id)) => operation.path.replace("{id}", id),
            (true, None) => continue,
            (false, _) => operation.path.clone(),
        };
        let mut shown = BTreeSet::new();
        money(&call(&logistics, operation, &path).await?.body, &mut shown);
        assert!(shown.is_empty(), "{}: {shown:?}", operation.name());
        money(&call(&firm.api, operation, &path).await?.body, &mut shown_to_owner);
    }
    for name in ["ratePerKg", "costInr", "marginInr", "revenueInr"] {
        assert!(shown_to_owner.contains(name), "the owner is shown {shown_to_owner:?}");
    }
    Ok(())
}
