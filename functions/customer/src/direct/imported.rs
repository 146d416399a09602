//! `imported`: what the import left behind, page by page, for whoever compares it with the old system.

use event_store::Position;
use kernel::Tenant;
use lambda_entry::DirectError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Direct, failed, read};
use crate::queries::{PartyFilter, parties};

/// Parties of one answer: some 40 KB.
const PARTIES_PER_PAGE: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Imported {
    #[serde(default)]
    tenant: Option<Tenant>,
    of: Kind,
    #[serde(default)]
    after: Option<Position>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Parties,
}

/// The part of a list entry that can be compared.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartyRow {
    #[serde(default)]
    legacy_ids: Vec<String>,
    name: String,
    roles: Vec<String>,
    active: bool,
}

impl Direct {
    /// Reads the list, which may lag behind the log and leaves merged parties out.
    pub(super) async fn imported(&self, payload: Value) -> Result<Value, DirectError> {
        let Imported { tenant, of: Kind::Parties, after } = read(payload)?;
        let customers = self.customers_of(tenant);
        let page = parties(&customers, &PartyFilter::default(), PARTIES_PER_PAGE, after).await;
        let page = page.map_err(|e| failed(&e))?;
        let mut rows: Vec<PartyRow> = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            rows.push(serde_json::from_str(&row.body).map_err(|e| failed(&e))?);
        }
        rows.retain(|row| !row.legacy_ids.is_empty());
        Ok(json!({ "rows": rows, "next": page.next }))
    }
}
