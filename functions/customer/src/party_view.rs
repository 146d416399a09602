//! A party as clients see it.

use customer_domain::{Gstin, NameKey, Pan, PartyId, PartyName, Role, Tag};
use kernel::Inr;
use schemars::JsonSchema;
use serde::Serialize;

use crate::personal::PersonalError;
use crate::personal::{Address, Person, PersonalData, Sealer};
use crate::{Customers, Found};

/// A customer, a supplier, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyView {
    /// Its identity.
    pub id: PartyId,
    /// The merged party that was asked for and led here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_from: Option<PartyId>,
    /// What it is called.
    pub name: PartyName,
    /// Its name in the form in which names are compared.
    pub name_key: NameKey,
    /// What it is or was called besides; these lead to it too.
    pub aliases: Vec<PartyName>,
    /// What it is to the firm.
    pub roles: Vec<Role>,
    /// Whether the firm trades with it.
    pub active: bool,
    /// Words to group it by.
    pub tags: Vec<Tag>,
    /// Days to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_terms_days: Option<u16>,
    /// What it may owe at most; absent without the permission `cost:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_limit_inr: Option<Inr>,
    /// GST number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gstin: Option<Gstin>,
    /// Income tax number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pan: Option<Pan>,
    /// The people to talk to; absent without the permission `party:contacts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<Person>>,
    /// Where it is; absent without the permission `party:contacts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Vec<Address>>,
    /// Whether its personal data was erased for good.
    pub erased: bool,
    /// Where it comes from in the system before this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub legacy_ids: Vec<String>,
    /// Version of the party, as in the `ETag`.
    pub version: u64,
}

/// Shows a party; people and addresses only to those who may see them. `None` when it was never entered.
///
/// # Errors
/// When its personal data cannot be opened.
pub async fn shown(
    customers: &Customers,
    found: &Found,
    with_contacts: bool,
) -> Result<Option<PartyView>, PersonalError> {
    let Some(known) = found.stream.state().known() else { return Ok(None) };
    let details = &known.details;
    let PersonalData { contacts, addresses, gstin, pan } =
        Sealer::open_all(customers, found.id, &details.personal).await?;
    Ok(Some(PartyView {
        id: found.id,
        merged_from: found.merged_from,
        name: details.name.clone(),
        name_key: NameKey::of(&details.name),
        aliases: details.aliases.clone(),
        roles: details.roles.iter().copied().collect(),
        active: details.active,
        tags: details.tags.iter().cloned().collect(),
        payment_terms_days: details.payment_terms_days,
        credit_limit_inr: details.credit_limit,
        gstin,
        pan,
        contacts: with_contacts.then_some(contacts),
        addresses: with_contacts.then_some(addresses),
        erased: known.erased,
        legacy_ids: details.legacy_ids.iter().cloned().collect(),
        version: found.stream.version(),
    }))
}
