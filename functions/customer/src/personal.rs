//! Personal data in the clear: between the edge and the vault, and nowhere else.

use customer_domain::party::{Contact, Personal};
use customer_domain::{Email, Gstin, Pan, PartyId, Phone, Sealed, StateCode};
use event_store::BoxError;
use kernel::Tenant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Customers;
use crate::vault::{DataKey, Field, KeyError, Place, SealError};

/// What is personal about a party.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonalData {
    /// The people to talk to.
    pub contacts: Vec<Person>,
    /// Where it is.
    pub addresses: Vec<Address>,
    /// GST number.
    pub gstin: Option<Gstin>,
    /// Income tax number.
    pub pan: Option<Pan>,
}

/// A person to talk to.
#[derive(Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone numbers in international form.
    pub phones: Vec<Phone>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// House, street, area; one text.
    pub lines: String,
    /// Town or city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// PIN code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// GST code of the state, which decides which tax a sale bears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_code: Option<StateCode>,
}

/// Personal data could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum PersonalError {
    /// Its key is not to be had.
    #[error("the party's key is not to be had")]
    Key(#[from] KeyError),
    /// The key is there and does not do.
    #[error("personal data could not be sealed or opened")]
    Seal(#[from] SealError),
    /// There is something to open and no key: it was destroyed without the party being erased.
    #[error("the party's key is missing")]
    Missing,
    /// It opened and makes no sense.
    #[error("personal data is damaged")]
    Damaged(#[source] BoxError),
}

impl PersonalData {
    /// Whether there is nothing to seal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Seals and opens the fields of one party.
pub(crate) struct Sealer<'a> {
    tenant: &'a Tenant,
    party: PartyId,
    key: DataKey,
}

impl<'a> Sealer<'a> {
    /// For a party that is about to get personal data; makes its key if it has none.
    pub(crate) async fn sealing(customers: &'a Customers, party: PartyId) -> Result<Self, PersonalError> {
        let key = customers.keys.of_or_new(&customers.tenant, party).await?;
        Ok(Self { tenant: &customers.tenant, party, key })
    }

    /// What is sealed in a party's state, in the clear. Asks for the key only when there is something to open.
    pub(crate) async fn open_all(
        customers: &'a Customers,
        party: PartyId,
        personal: &Personal,
    ) -> Result<PersonalData, PersonalError> {
        if personal.is_empty() {
            return Ok(PersonalData::default());
        }
        let key = customers.keys.of(&customers.tenant, party).await?.ok_or(PersonalError::Missing)?;
        Self { tenant: &customers.tenant, party, key }.opened(personal)
    }

    pub(crate) fn personal(&self, plain: &PersonalData) -> Result<Personal, PersonalError> {
        Ok(Personal {
            contacts: self.contacts(&plain.contacts)?,
            addresses: self.addresses(&plain.addresses)?,
            gstin: plain.gstin.as_ref().map(|gstin| self.gstin(gstin)).transpose()?,
            pan: plain.pan.as_ref().map(|pan| self.pan(pan)).transpose()?,
        })
    }

    pub(crate) fn contacts(&self, people: &[Person]) -> Result<Vec<Contact>, PersonalError> {
        let contact = |person: &Person| {
            let phones = person.phones.iter().map(|phone| self.seal(Field::Phone, phone.as_str()));
            let emails = person.emails.iter().map(|email| self.seal(Field::Email, email.as_str()));
            Ok(Contact {
                name: person.name.as_ref().map(|name| self.seal(Field::ContactName, name)).transpose()?,
                phones: phones.collect::<Result<_, _>>()?,
                emails: emails.collect::<Result<_, _>>()?,
            })
        };
        people.iter().map(contact).collect()
    }

    pub(crate) fn addresses(&self, addresses: &[Address]) -> Result<Vec<Sealed>, PersonalError> {
        let address = |address: &Address| {
            let json = serde_json::to_string(address).map_err(|e| PersonalError::Damaged(e.into()))?;
            self.seal(Field::Address, &json)
        };
        addresses.iter().map(address).collect()
    }

    pub(crate) fn gstin(&self, gstin: &Gstin) -> Result<Sealed, PersonalError> {
        self.seal(Field::Gstin, gstin.as_str())
    }

    pub(crate) fn pan(&self, pan: &Pan) -> Result<Sealed, PersonalError> {
        self.seal(Field::Pan, pan.as_str())
    }

    fn seal(&self, field: Field, plain: &str) -> Result<Sealed, PersonalError> {
        Ok(self.key.seal(&self.place(field), plain)?)
    }

    fn opened(&self, personal: &Personal) -> Result<PersonalData, PersonalError> {
        let person = |contact: &Contact| {
            let phones = contact.phones.iter().map(|phone| self.open(Field::Phone, phone));
            let emails = contact.emails.iter().map(|email| self.open(Field::Email, email));
            let name = contact.name.as_ref().map(|name| self.open_text(Field::ContactName, name));
            Ok::<_, PersonalError>(Person {
                name: name.transpose()?,
                phones: phones.collect::<Result<_, _>>()?,
                emails: emails.collect::<Result<_, _>>()?,
            })
        };
        let address = |sealed: &Sealed| {
            let json = self.open_text(Field::Address, sealed)?;
            // Not what the reader says: it quotes what it read.
            serde_json::from_str(&json)
                .map_err(|_| PersonalError::Damaged("not the JSON of an address".into()))
        };
        Ok(PersonalData {
            contacts: personal.contacts.iter().map(person).collect::<Result<_, _>>()?,
            addresses: personal.addresses.iter().map(address).collect::<Result<_, _>>()?,
            gstin: personal.gstin.as_ref().map(|gstin| self.open(Field::Gstin, gstin)).transpose()?,
            pan: personal.pan.as_ref().map(|pan| self.open(Field::Pan, pan)).transpose()?,
        })
    }

    fn open<T>(&self, field: Field, sealed: &Sealed) -> Result<T, PersonalError>
    where
        T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
    {
        let text = self.key.open(&self.place(field), sealed)?;
        text.parse().map_err(|e: T::Err| PersonalError::Damaged(e.into()))
    }

    fn open_text(&self, field: Field, sealed: &Sealed) -> Result<String, PersonalError> {
        Ok(self.key.open(&self.place(field), sealed)?.as_str().to_owned())
    }

    const fn place(&self, field: Field) -> Place<'_> {
        Place { tenant: self.tenant, party: self.party, field }
    }
}

/// Hidden, so that a person does not reach a log inside a larger value.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

/// Hidden, so that an address does not reach a log inside a larger value.
impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(…)")
    }
}
