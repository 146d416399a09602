//! `resolve`: the party that somebody means by an id or a name.

use customer_domain::party::Known;
use customer_domain::{NameKey, PartyId, PartyName, Role, Roles};
use kernel::{Actor, CorrelationId, Tenant};
use lambda_entry::DirectError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Direct, asked, failed, read};
use crate::commands::{NewParty, WriteError, create_party};
use crate::queries::{Nearest, nearest};
use crate::{Customers, Found};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Resolve {
    #[serde(default)]
    tenant: Option<Tenant>,
    /// An id or a name.
    party: String,
    /// What a party that is created will be; a customer when nothing is said.
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    create_missing: bool,
    #[serde(default)]
    actor: Option<Actor>,
    #[serde(default)]
    correlation_id: Option<CorrelationId>,
}

/// What `resolve` answers.
#[derive(Serialize)]
#[serde(tag = "answer", rename_all = "camelCase")]
enum Resolved {
    /// There is such a party, now if not before.
    Found { party: Party, created: bool },
    /// There is none.
    Unknown { nearest: Vec<Nearest> },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Party {
    id: PartyId,
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_from: Option<PartyId>,
    name: PartyName,
    name_key: NameKey,
    roles: Roles,
    active: bool,
}

impl Party {
    fn of(found: &Found, known: &Known) -> Self {
        Self {
            id: found.id,
            merged_from: found.merged_from,
            name: known.details.name.clone(),
            name_key: NameKey::of(&known.details.name),
            roles: known.details.roles.clone(),
            active: known.details.active,
        }
    }
}

impl Direct {
    pub(super) async fn resolve(&self, payload: Value) -> Result<Value, DirectError> {
        let asked: Resolve = read(payload)?;
        let customers = self.customers_of(asked.tenant.clone());
        let resolved = match asked.party.parse::<PartyId>() {
            Ok(id) => by_id(&customers, id).await?,
            Err(_) => by_name(&customers, &asked).await?,
        };
        serde_json::to_value(resolved).map_err(|e| failed(&e))
    }
}

async fn by_id(customers: &Customers, id: PartyId) -> Result<Resolved, DirectError> {
    let found = customers.find(id).await.map_err(|e| failed(&e))?;
    Ok(answer(found, false).unwrap_or(Resolved::Unknown { nearest: Vec::new() }))
}

async fn by_name(customers: &Customers, wanted: &Resolve) -> Result<Resolved, DirectError> {
    let name: PartyName =
        wanted.party.parse().map_err(|e| DirectError::new("invalid", format!("party: {e}")))?;
    let found = customers.find_by_name(&NameKey::of(&name)).await.map_err(|e| failed(&e))?;
    if let Some(found) = answer(found, false) {
        return Ok(found);
    }
    if !wanted.create_missing {
        let near = nearest(customers, &name).await;
        return Ok(Resolved::Unknown { nearest: near.map_err(|e| failed(e.as_ref()))? });
    }
    let roles = Roles::from([wanted.role.unwrap_or(Role::Customer)]);
    let request = asked(customers, wanted.actor.clone(), wanted.correlation_id.clone())?;
    let (id, created) = match create_party(customers, request, NewParty::named(name, roles)).await {
        Ok((id, _)) => (id, true),
        // Somebody was faster.
        Err(WriteError::NameTaken { existing, .. }) => (existing, false),
        Err(error) => return Err(failed(&error)),
    };
    let found = customers.find(id).await.map_err(|e| failed(&e))?;
    Ok(answer(found, created).unwrap_or(Resolved::Unknown { nearest: Vec::new() }))
}

fn answer(found: Option<Found>, created: bool) -> Option<Resolved> {
    let found = found?;
    let party = Party::of(&found, found.stream.state().known()?);
    Some(Resolved::Found { party, created })
}
