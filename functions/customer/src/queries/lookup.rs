use customer_domain::{Email, Gstin, NameKey, PartyId, Phone};
use event_store::{LogError, StorageError};

use crate::personal::{PersonalData, PersonalError, Sealer};
use crate::vault::{BlindIndex, KeyError};
use crate::{Customers, Found};

/// Most parties that share a telephone number, an address or a GSTIN and are looked at.
const MOST_FOUND: usize = 20;

/// What a party is looked up by, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// One of its telephone numbers.
    Phone(Phone),
    /// One of its e-mail addresses.
    Email(Email),
    /// Its GST number.
    Gstin(Gstin),
    /// Its name or one of its aliases, however it is typed.
    Name(NameKey),
}

/// Why nothing could be looked up.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// The log.
    #[error("the party cannot be read")]
    Log(#[from] LogError),
    /// The blind index.
    #[error("the blind index cannot be read")]
    Storage(#[from] StorageError),
    /// Its key.
    #[error("the key of the blind index is not to be had")]
    Key(#[from] KeyError),
    /// What it points to.
    #[error("personal data cannot be opened")]
    Personal(#[from] PersonalError),
}

/// The parties that have this, each as the party it leads to, 20 at most.
///
/// The blind index says where to look; that the value is still there is read from the party itself.
///
/// # Errors
/// See [`LookupError`].
pub async fn lookup(customers: &Customers, by: &Lookup) -> Result<Vec<Found>, LookupError> {
    let candidates = match by {
        Lookup::Name(name) => customers.holder(name).await?.into_iter().collect(),
        by => blind_candidates(customers, by).await?,
    };
    let mut found: Vec<Found> = Vec::new();
    for candidate in candidates {
        let stream = customers.load(candidate).await?;
        let Some(known) = stream.state().known() else { continue };
        let plain = match by {
            Lookup::Name(_) => PersonalData::default(),
            _ => Sealer::open_all(customers, candidate, &known.details.personal).await?,
        };
        if by.is_in(&plain)
            && let Some(party) = customers.find(candidate).await?
            && !found.iter().any(|listed| listed.id == party.id)
        {
            found.push(party);
        }
    }
    Ok(found)
}

async fn blind_candidates(customers: &Customers, by: &Lookup) -> Result<Vec<PartyId>, LookupError> {
    let index = customers.keys.blind_index(&customers.tenant).await?;
    let entry = match by {
        Lookup::Phone(phone) => index.phone(phone),
        Lookup::Email(email) => index.email(email),
        Lookup::Gstin(gstin) => index.gstin(gstin),
        Lookup::Name(_) => None,
    };
    let Some(entry) = entry else { return Ok(Vec::new()) };
    let items = customers.ops.list(&BlindIndex::parties_of(&customers.tenant, &entry), MOST_FOUND).await?;
    Ok(items.into_iter().filter_map(|item| item.sk.parse().ok()).collect())
}

impl Lookup {
    fn is_in(&self, plain: &PersonalData) -> bool {
        match self {
            Self::Phone(phone) => plain.contacts.iter().any(|person| person.phones.contains(phone)),
            Self::Email(email) => plain.contacts.iter().any(|person| person.emails.contains(email)),
            Self::Gstin(gstin) => plain.gstin.as_ref() == Some(gstin),
            Self::Name(_) => true,
        }
    }
}
