//! The blind index: where to look for a phone, an e-mail or a GSTIN. It stands in `ops`, because it must be deletable.

use std::collections::BTreeSet;

use customer_domain::PartyId;
use customer_domain::party::Party;
use event_store::{BoxError, OpsItem, StorageError};

use crate::Customers;
use crate::personal::{PersonalData, Sealer};
use crate::vault::{BlindIndex, KeyError};

/// Most entries of a party that are read: twenty people with ten phones and ten addresses each, and as many former ones.
const MOST_ENTRIES: usize = 1_000;

/// Brings the entries of a party up to date; for an erased one, finishes what the erasure began. One whose import was taken back
/// has none, and keeps its key.
pub(super) async fn project(customers: &Customers, party: PartyId, state: &Party) -> Result<(), BoxError> {
    let Some(known) = state.known() else { return Ok(clear(customers, party).await?) };
    if known.erased {
        return Ok(forget(customers, party).await?);
    }
    let plain = Sealer::open_all(customers, party, &known.details.personal).await?;
    let present = present(customers, party).await?;
    let wanted = wanted(customers, &plain).await?;
    for entry in present.difference(&wanted) {
        remove(customers, party, entry).await?;
    }
    let new: Vec<&String> = wanted.difference(&present).collect();
    for entry in &new {
        // The party's own list first: an erasure must find every entry there is.
        for (pk, sk) in places(customers, party, entry) {
            customers.ops.put(OpsItem { pk, sk, body: String::new(), expires: None }).await?;
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    // Gone since it was read: its entries may have been deleted before these were written.
    match customers.load(party).await?.state().known() {
        Some(known) if known.erased => Ok(forget(customers, party).await?),
        Some(_) => Ok(()),
        None => Ok(clear(customers, party).await?),
    }
}

/// Destroys the key of an erased party and everything it can be looked up by. Safe to repeat.
pub(crate) async fn forget(customers: &Customers, party: PartyId) -> Result<(), KeyError> {
    customers.keys.destroy(&customers.tenant, party).await?;
    Ok(clear(customers, party).await?)
}

/// Deletes everything a party can be looked up by. Safe to repeat.
async fn clear(customers: &Customers, party: PartyId) -> Result<(), StorageError> {
    loop {
        let entries = present(customers, party).await?;
        if entries.is_empty() {
            return Ok(());
        }
        for entry in entries {
            remove(customers, party, &entry).await?;
        }
    }
}

async fn present(customers: &Customers, party: PartyId) -> Result<BTreeSet<String>, StorageError> {
    let partition = BlindIndex::entries_of(&customers.tenant, party);
    let items = customers.ops.list(&partition, MOST_ENTRIES).await?;
    Ok(items.into_iter().map(|item| item.sk).collect())
}

async fn wanted(customers: &Customers, plain: &PersonalData) -> Result<BTreeSet<String>, KeyError> {
    let (people, gstin) = (&plain.contacts, &plain.gstin);
    if people.is_empty() && gstin.is_none() {
        return Ok(BTreeSet::new());
    }
    let index = customers.keys.blind_index(&customers.tenant).await?;
    let phones = people.iter().flat_map(|person| &person.phones).filter_map(|phone| index.phone(phone));
    let emails = people.iter().flat_map(|person| &person.emails).filter_map(|email| index.email(email));
    Ok(phones.chain(emails).chain(gstin.iter().filter_map(|gstin| index.gstin(gstin))).collect())
}

async fn remove(customers: &Customers, party: PartyId, entry: &str) -> Result<(), StorageError> {
    for (pk, sk) in places(customers, party, entry).into_iter().rev() {
        customers.ops.delete(&pk, &sk).await?;
    }
    Ok(())
}

/// An entry stands with its party, and where it is looked up.
fn places(customers: &Customers, party: PartyId, entry: &str) -> [(String, String); 2] {
    let tenant = &customers.tenant;
    [
        (BlindIndex::entries_of(tenant, party), entry.to_owned()),
        (BlindIndex::parties_of(tenant, entry), party.to_string()),
    ]
}
