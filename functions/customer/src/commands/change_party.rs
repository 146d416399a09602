use std::collections::BTreeSet;

use customer_domain::party::{Change, Command, Edit, Known, Party, Refusal};
use customer_domain::{Gstin, NameKey, Pan, PartyId, PartyName, Roles, Tag};
use event_store::{ExecuteError, Outcome, Proposed, Request};
use kernel::{Aggregate as _, Inr};

use super::{WriteError, explained, guards};
use crate::personal::{Address, Person, PersonalData, Sealer};
use crate::{Customers, party_stream};

/// What to change about a party; `None` and [`Edit::Keep`] leave a value as it is.
#[derive(Debug, Clone, Default)]
pub struct PartyChange {
    /// Another name; the old one keeps leading to the party.
    pub name: Option<PartyName>,
    /// More names that lead to it.
    pub aliases: Vec<PartyName>,
    /// All its roles.
    pub roles: Option<Roles>,
    /// Whether the firm trades with it.
    pub active: Option<bool>,
    /// All its tags.
    pub tags: Option<BTreeSet<Tag>>,
    /// Days to pay.
    pub payment_terms_days: Edit<u16>,
    /// What it may owe at most.
    pub credit_limit: Edit<Inr>,
    /// All its people.
    pub contacts: Option<Vec<Person>>,
    /// All its addresses.
    pub addresses: Option<Vec<Address>>,
    /// GST number.
    pub gstin: Edit<Gstin>,
    /// Income tax number.
    pub pan: Edit<Pan>,
}

/// Changes a party that still is at the version the request expects.
///
/// # Errors
/// [`ExecuteError::Stale`], [`WriteError::NameTaken`], and the other [`WriteError`]s.
pub async fn change_party(
    customers: &Customers,
    request: Request,
    id: PartyId,
    change: PartyChange,
) -> Result<Outcome<Party>, WriteError> {
    let stream = customers.load(id).await?;
    let known = stream.state().known().ok_or(WriteError::Execute(ExecuteError::Refused(Refusal::Unknown)))?;
    let command = Command::Change(sealed(customers, id, known, change).await?);
    let names: Vec<NameKey> = command.takes(&stream.state().keys()).into_iter().collect();
    let request = Request { guards: guards(&names, id), ..request };
    let decide = |stream: &event_store::Stream<Party>| {
        stream.state().decide(&command).map(|events| events.into_iter().map(Proposed::new).collect())
    };
    let place = party_stream(&customers.tenant, id);
    match customers.store.change(&place, &request, Some(stream), decide).await {
        Ok(outcome) => Ok(outcome),
        Err(error) => Err(explained(customers, &names, error).await),
    }
}

/// The change with what is personal sealed, as far as it differs from what is there.
async fn sealed(
    customers: &Customers,
    id: PartyId,
    known: &Known,
    change: PartyChange,
) -> Result<Change, WriteError> {
    let mut command = Change {
        name: change.name,
        aliases: change.aliases,
        roles: change.roles,
        active: change.active,
        tags: change.tags,
        payment_terms_days: change.payment_terms_days,
        credit_limit: change.credit_limit,
        ..Change::default()
    };
    let nothing_personal = change.contacts.is_none()
        && change.addresses.is_none()
        && change.gstin == Edit::Keep
        && change.pan == Edit::Keep;
    if nothing_personal || known.merged_into.is_some() {
        return Ok(command);
    }
    if known.erased {
        return Err(WriteError::Execute(ExecuteError::Refused(Refusal::Erased)));
    }
    let present = Sealer::open_all(customers, id, &known.details.personal).await?;
    let gstin = differing(change.gstin, present.gstin.as_ref());
    let pan = differing(change.pan, present.pan.as_ref());
    check(&present, &gstin, &pan)?;
    let sealer = Sealer::sealing(customers, id).await?;
    let contacts = change.contacts.filter(|contacts| *contacts != present.contacts);
    let addresses = change.addresses.filter(|addresses| *addresses != present.addresses);
    command.contacts = contacts.map(|contacts| sealer.contacts(&contacts)).transpose()?;
    command.addresses = addresses.map(|addresses| sealer.addresses(&addresses)).transpose()?;
    command.gstin = try_map(gstin, |gstin| sealer.gstin(&gstin))?;
    command.pan = try_map(pan, |pan| sealer.pan(&pan))?;
    Ok(command)
}

/// GSTIN and PAN as they will be must belong together.
fn check(present: &PersonalData, gstin: &Edit<Gstin>, pan: &Edit<Pan>) -> Result<(), WriteError> {
    match (after(gstin, present.gstin.as_ref()), after(pan, present.pan.as_ref())) {
        (Some(gstin), Some(pan)) if !gstin.belongs_to(pan) => Err(WriteError::ForeignGstin),
        _ => Ok(()),
    }
}

fn after<'a, T>(edit: &'a Edit<T>, present: Option<&'a T>) -> Option<&'a T> {
    match edit {
        Edit::Keep => present,
        Edit::Clear => None,
        Edit::Set(value) => Some(value),
    }
}

fn differing<T: PartialEq>(edit: Edit<T>, present: Option<&T>) -> Edit<T> {
    match edit {
        Edit::Set(value) if present == Some(&value) => Edit::Keep,
        edit => edit,
    }
}

fn try_map<T, U, E>(edit: Edit<T>, convert: impl FnOnce(T) -> Result<U, E>) -> Result<Edit<U>, E> {
    Ok(match edit {
        Edit::Keep => Edit::Keep,
        Edit::Clear => Edit::Clear,
        Edit::Set(value) => Edit::Set(convert(value)?),
    })
}
