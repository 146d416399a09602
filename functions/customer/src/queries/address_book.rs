use customer_domain::{PartyId, PartyName, Role};
use event_store::{BoxError, Page, Position};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use super::{PartyFilter, parties};
use crate::Customers;
use crate::card::PartyCard;
use crate::personal::{Address, Person, PersonalData, PersonalError, Sealer};

/// Parties of one answer; each costs a read, and a call to KMS when its key was not used for five minutes.
const PARTIES_A_PAGE: usize = 100;
/// How many are opened at once.
const AT_ONCE: usize = 16;

/// How to reach a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressBookEntry {
    /// The party.
    pub id: PartyId,
    /// What it is called.
    pub name: PartyName,
    /// The people to talk to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Person>,
    /// Where it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
}

/// A page of the parties with which the firm trades in this role, in order of their names. Left out are merged parties, those
/// whose import was taken back, and those that were erased: a person who asked to be forgotten stands in no address book.
///
/// # Errors
/// When a table or the keeper of keys does not answer.
pub async fn address_book(
    customers: &Customers,
    role: Role,
    after: Option<Position>,
) -> Result<(Vec<AddressBookEntry>, Option<Position>), BoxError> {
    let filter = PartyFilter { role: Some(role), active: Some(true), ..PartyFilter::default() };
    let Page { rows, next } = parties(customers, &filter, PARTIES_A_PAGE, after).await?;
    let mut ids: Vec<PartyId> = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(serde_json::from_str::<PartyCard>(&row.body)?.id);
    }
    let entries = stream::iter(ids).map(|id| entry(customers, id, role)).buffered(AT_ONCE);
    let entries: Vec<Option<AddressBookEntry>> = entries.try_collect().await?;
    Ok((entries.into_iter().flatten().collect(), next))
}

/// What is said of a party as the log has it now; `None` where the list is behind it.
async fn entry(customers: &Customers, id: PartyId, role: Role) -> Result<Option<AddressBookEntry>, BoxError> {
    let party = customers.load(id).await?;
    let known = party.state().known().filter(|known| {
        let details = &known.details;
        !known.erased && known.merged_into.is_none() && details.active && details.roles.contains(&role)
    });
    let Some(known) = known else { return Ok(None) };
    let opened = match Sealer::open_all(customers, id, &known.details.personal).await {
        // It is being erased, or its key is lost: either way nobody reads it again.
        Err(PersonalError::Missing) => {
            tracing::error!(party.id = %id, "the party's key is missing: it is listed without people and addresses");
            PersonalData::default()
        }
        opened => opened?,
    };
    let PersonalData { contacts, addresses, .. } = opened;
    Ok(Some(AddressBookEntry { id, name: known.details.name.clone(), contacts, addresses }))
}
