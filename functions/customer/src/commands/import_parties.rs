use std::collections::BTreeSet;

use customer_domain::party::{Command, Import, Known, Party};
use customer_domain::{NameKey, PartyId, PartyName, Roles};
use event_store::{Proposed, Request, Stream};
use kernel::Aggregate as _;

use super::{WriteError, explained, guards};
use crate::personal::{Address, Person, Sealer};
use crate::{Customers, party_stream};

/// A party of the system before this one.
#[derive(Debug, Clone)]
pub struct LegacyParty {
    /// Where it stands there: `<table>:<id>`.
    pub legacy_ids: BTreeSet<String>,
    /// What it is called.
    pub name: PartyName,
    /// What it is to the firm.
    pub roles: Roles,
    /// Whether the firm trades with it; only for one that is new here.
    pub active: bool,
    /// The person to talk to, when one is known.
    pub contact: Option<Person>,
    /// Where it is, when that is known.
    pub address: Option<Address>,
}

/// What became of an imported party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is new here.
    Created,
    /// It gained something: a role, a person, a place in the old system; or it is back after its import was taken back.
    Changed,
    /// All of it was known.
    Unchanged,
}

/// Enters a party of the old system, or adds what is new about it to the party that its name leads to. Idempotent: the
/// identity follows from the name, and what is known writes nothing.
///
/// # Errors
/// See [`WriteError`].
pub async fn import_party(
    customers: &Customers,
    request: &Request,
    legacy: &LegacyParty,
) -> Result<(PartyId, ImportOutcome), WriteError> {
    let name = NameKey::of(&legacy.name);
    let (id, stream) = match customers.find_by_name(&name).await? {
        Some(found) => (found.id, found.stream),
        None => {
            let id = PartyId::of(&customers.tenant, &name);
            (id, Stream::empty(party_stream(&customers.tenant, id)))
        }
    };
    let command = Command::Import(news(customers, id, stream.state().known(), legacy).await?);
    let names: Vec<NameKey> = command.takes(&stream.state().keys()).into_iter().collect();
    let request = Request { guards: guards(&names, id), ..request.clone() };
    let decide = |stream: &Stream<Party>| {
        stream.state().decide(&command).map(|events| events.into_iter().map(Proposed::new).collect())
    };
    let place = party_stream(&customers.tenant, id);
    let outcome = match customers.store.change(&place, &request, Some(stream), decide).await {
        Ok(outcome) => outcome,
        Err(error) => return Err(explained(customers, &names, error).await),
    };
    Ok((
        id,
        match outcome.commit {
            None => ImportOutcome::Unchanged,
            Some(commit) if commit.first == 1 => ImportOutcome::Created,
            Some(_) => ImportOutcome::Changed,
        },
    ))
}

/// What is not known about the party yet, sealed.
async fn news(
    customers: &Customers,
    id: PartyId,
    known: Option<&Known>,
    legacy: &LegacyParty,
) -> Result<Import, WriteError> {
    let mut import = Import {
        name: legacy.name.clone(),
        legacy_ids: legacy.legacy_ids.clone(),
        roles: legacy.roles.clone(),
        active: legacy.active,
        contacts: Vec::new(),
        addresses: Vec::new(),
    };
    let brings_data = legacy.contact.is_some() || legacy.address.is_some();
    if !brings_data || known.is_some_and(|known| known.erased) {
        return Ok(import);
    }
    let present = match known {
        Some(known) => Sealer::open_all(customers, id, &known.details.personal).await?,
        None => crate::personal::PersonalData::default(),
    };
    let contact = legacy.contact.as_ref().filter(|contact| !present.contacts.contains(contact));
    let address = legacy.address.as_ref().filter(|address| !present.addresses.contains(address));
    if contact.is_some() || address.is_some() {
        let sealer = Sealer::sealing(customers, id).await?;
        import.contacts = sealer.contacts(&contact.cloned().into_iter().collect::<Vec<_>>())?;
        import.addresses = sealer.addresses(&address.cloned().into_iter().collect::<Vec<_>>())?;
    }
    Ok(import)
}
