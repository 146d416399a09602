//! What clients send about a party.

use customer_domain::party::Edit;
use customer_domain::{Email, Gstin, Pan, PartyName, Phone, StateCode, Tag};
use http_kit::{Items, Parsed, Patch, Text, request_body};

use super::fields::{CreditLimit, Days, PartyRole};
use crate::commands::{NewParty, PartyChange};
use crate::personal::{Address, Person, PersonalData};

request_body! {
    /// A person to talk to.
    pub struct ContactBody {
        /// Who.
        pub name: Option<Text<1, 120>>,
        /// Telephone numbers in international form, e.g. `+919876543210`.
        pub phones: Option<Items<Parsed<Phone>, 0, 10>>,
        /// E-mail addresses.
        pub emails: Option<Items<Parsed<Email>, 0, 10>>,
    }
}

request_body! {
    /// A postal address.
    pub struct AddressBody {
        /// House, street, area; one text.
        pub lines: Text<1, 500>,
        /// Town or city.
        pub city: Option<Text<1, 100>>,
        /// PIN code.
        pub postal_code: Option<Text<1, 12>>,
        /// GST code of the state, e.g. `27`.
        pub state_code: Option<Parsed<StateCode>>,
    }
}

request_body! {
    /// A party to enter.
    pub struct CreateParty {
        /// What it is called; unique whatever its case, accents, hyphens and blanks.
        pub name: Parsed<PartyName>,
        /// What it is called besides; these must be unique too.
        pub aliases: Option<Items<Parsed<PartyName>, 0, 20>>,
        /// What it is to the firm.
        pub roles: Items<PartyRole, 1, 2>,
        /// Whether the firm trades with it.
        pub active: bool = true,
        /// Words to group it by.
        pub tags: Option<Items<Parsed<Tag>, 0, 20>>,
        /// The people to talk to.
        pub contacts: Option<Items<ContactBody, 0, 20>>,
        /// Where it is.
        pub addresses: Option<Items<AddressBody, 0, 10>>,
        /// GST number.
        pub gstin: Option<Parsed<Gstin>>,
        /// Income tax number; that of the GSTIN where both are given.
        pub pan: Option<Parsed<Pan>>,
        /// Days to pay.
        pub payment_terms_days: Option<Days>,
        /// What it may owe at most.
        pub credit_limit_inr: Option<CreditLimit>,
    }
}

request_body! {
    /// What to change about a party; what is not named stays.
    pub struct ChangeParty {
        /// Another name; the old one becomes an alias.
        pub name: Option<Parsed<PartyName>>,
        /// More names that lead to it. Names are never given up, so those it has need not be repeated.
        pub aliases: Option<Items<Parsed<PartyName>, 0, 20>>,
        /// All its roles.
        pub roles: Option<Items<PartyRole, 1, 2>>,
        /// Whether the firm trades with it.
        pub active: Option<bool>,
        /// All its tags.
        pub tags: Option<Items<Parsed<Tag>, 0, 20>>,
        /// All its people.
        pub contacts: Option<Items<ContactBody, 0, 20>>,
        /// All its addresses.
        pub addresses: Option<Items<AddressBody, 0, 10>>,
        /// GST number; `null` removes it.
        pub gstin: Patch<Parsed<Gstin>>,
        /// Income tax number; `null` removes it.
        pub pan: Patch<Parsed<Pan>>,
        /// Days to pay; `null` removes them.
        pub payment_terms_days: Patch<Days>,
        /// What it may owe at most; `null` removes it.
        pub credit_limit_inr: Patch<CreditLimit>,
    }
}

request_body! {
    /// The party that another one turns out to be.
    pub struct MergeInto {
        /// Which.
        pub into_id: customer_domain::PartyId,
    }
}

impl From<ContactBody> for Person {
    fn from(body: ContactBody) -> Self {
        Self { name: body.name.map(Text::into_string), phones: all(body.phones), emails: all(body.emails) }
    }
}

impl From<AddressBody> for Address {
    fn from(body: AddressBody) -> Self {
        Self {
            lines: body.lines.into_string(),
            city: body.city.map(Text::into_string),
            postal_code: body.postal_code.map(Text::into_string),
            state_code: body.state_code.map(|code| code.0),
        }
    }
}

impl From<CreateParty> for NewParty {
    fn from(body: CreateParty) -> Self {
        Self {
            name: body.name.0,
            aliases: all(body.aliases),
            roles: body.roles.into_iter().map(Into::into).collect(),
            active: body.active,
            tags: all(body.tags),
            payment_terms_days: body.payment_terms_days.map(|days| days.0),
            credit_limit: body.credit_limit_inr.map(|limit| limit.0),
            personal: PersonalData {
                contacts: body.contacts.map(converted).unwrap_or_default(),
                addresses: body.addresses.map(converted).unwrap_or_default(),
                gstin: body.gstin.map(|gstin| gstin.0),
                pan: body.pan.map(|pan| pan.0),
            },
        }
    }
}

impl From<ChangeParty> for PartyChange {
    fn from(body: ChangeParty) -> Self {
        Self {
            name: body.name.map(|name| name.0),
            aliases: all(body.aliases),
            roles: body.roles.map(|roles| roles.into_iter().map(Into::into).collect()),
            active: body.active,
            tags: body.tags.map(|tags| all(Some(tags))),
            payment_terms_days: edit(body.payment_terms_days.map(|days| days.0)),
            credit_limit: edit(body.credit_limit_inr.map(|limit| limit.0)),
            contacts: body.contacts.map(converted),
            addresses: body.addresses.map(converted),
            gstin: edit(body.gstin.map(|gstin| gstin.0)),
            pan: edit(body.pan.map(|pan| pan.0)),
        }
    }
}

fn all<T, C: FromIterator<T>, const MAX: usize>(items: Option<Items<Parsed<T>, 0, MAX>>) -> C {
    items.into_iter().flatten().map(|item| item.0).collect()
}

fn converted<T: Into<U>, U, const MAX: usize>(items: Items<T, 0, MAX>) -> Vec<U> {
    items.into_iter().map(Into::into).collect()
}

fn edit<T>(patch: Patch<T>) -> Edit<T> {
    match patch {
        Patch::Keep => Edit::Keep,
        Patch::Clear => Edit::Clear,
        Patch::Set(value) => Edit::Set(value),
    }
}
