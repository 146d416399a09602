use std::collections::BTreeSet;

use customer_domain::party::{Command, Details, Party, Personal, Refusal};
use customer_domain::{NameKey, PartyId, PartyName, Roles, Tag};
use event_store::{ExecuteError, Outcome, Request};
use kernel::Inr;

use super::{WriteError, explained, guards};
use crate::personal::{PersonalData, Sealer};
use crate::{Customers, party_stream};

/// A party to enter.
#[derive(Debug, Clone)]
pub struct NewParty {
    /// What it is called.
    pub name: PartyName,
    /// What it is called besides.
    pub aliases: Vec<PartyName>,
    /// What it is to the firm.
    pub roles: Roles,
    /// Whether the firm trades with it.
    pub active: bool,
    /// Words to group it by.
    pub tags: BTreeSet<Tag>,
    /// Days to pay.
    pub payment_terms_days: Option<u16>,
    /// What it may owe at most.
    pub credit_limit: Option<Inr>,
    /// People, addresses, tax numbers.
    pub personal: PersonalData,
}

impl NewParty {
    /// A party of which nothing is known but its name and role.
    #[must_use]
    pub fn named(name: PartyName, roles: Roles) -> Self {
        Self {
            name,
            aliases: Vec::new(),
            roles,
            active: true,
            tags: BTreeSet::new(),
            payment_terms_days: None,
            credit_limit: None,
            personal: PersonalData::default(),
        }
    }
}

/// Enters a party. Its identity follows from its name, so that a party of the same name meets the first one's stream; that
/// none of its names is an alias of another is guarded.
///
/// # Errors
/// [`WriteError::NameTaken`] with the party that has one of the names, and the other [`WriteError`]s.
pub async fn create_party(
    customers: &Customers,
    request: Request,
    new: NewParty,
) -> Result<(PartyId, Outcome<Party>), WriteError> {
    let name = NameKey::of(&new.name);
    let id = PartyId::of(&customers.tenant, &name);
    let command = Command::Create(Details {
        personal: sealed(customers, id, &new.personal).await?,
        name: new.name,
        aliases: new.aliases,
        roles: new.roles,
        active: new.active,
        tags: new.tags,
        payment_terms_days: new.payment_terms_days,
        credit_limit: new.credit_limit,
        legacy_ids: BTreeSet::new(),
    });
    let names: Vec<NameKey> = command.takes(&BTreeSet::new()).into_iter().collect();
    let request = Request { guards: guards(&names, id), ..request };
    let stream = party_stream(&customers.tenant, id);
    match customers.store.create::<Party>(&stream, &request, &command).await {
        Ok(outcome) => Ok((id, outcome)),
        Err(ExecuteError::Refused(Refusal::AlreadyExists)) => {
            let existing = customers.find(id).await?.map_or(id, |found| found.id);
            Err(WriteError::NameTaken { name, existing })
        }
        Err(error) => Err(explained(customers, &names, error).await),
    }
}

/// The personal data, sealed. A party that exists is not sealed for: the request is a repetition or will be refused, and an
/// erased party must not get a key again.
async fn sealed(customers: &Customers, id: PartyId, plain: &PersonalData) -> Result<Personal, WriteError> {
    if let (Some(gstin), Some(pan)) = (&plain.gstin, &plain.pan)
        && !gstin.belongs_to(pan)
    {
        return Err(WriteError::ForeignGstin);
    }
    if plain.is_empty() || customers.load(id).await?.state().known().is_some() {
        return Ok(Personal::default());
    }
    Ok(Sealer::sealing(customers, id).await?.personal(plain)?)
}
