//! What the other contexts list, and what rows that is.

use std::collections::BTreeMap;
use std::fmt;

use kernel::{BusinessDate, Kg, RatePerKg, Timestamp};
use serde::Deserialize;

use super::TabRow;
use crate::layout::day;
use crate::{Cell, LotId, PartyId, ProductId};

/// A product that is traded, as the inventory context lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedProduct {
    /// The product.
    pub id: ProductId,
    /// Its code.
    pub product_code: String,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family; may be empty.
    pub specific_grade: String,
    /// Since when it is in the catalogue, where that is known.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

/// A lot of which something is available, as the inventory context lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedLot {
    /// The lot.
    pub id: LotId,
    /// Its product.
    pub product_id: ProductId,
    /// What people call the product.
    #[serde(default)]
    pub product_code: Option<String>,
    /// Who sold it to the firm.
    pub supplier: String,
    /// What the firm paid.
    pub rate_per_kg: RatePerKg,
    /// When the firm got it.
    pub received_on: BusinessDate,
    /// What is free to be sold.
    pub available_kg: Kg,
}

/// A party with how to reach it, as the customer context lists it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedParty {
    /// The party.
    pub id: PartyId,
    /// What it is called.
    pub name: String,
    /// The people to talk to.
    #[serde(default)]
    pub contacts: Vec<ListedPerson>,
    /// Where it is.
    #[serde(default)]
    pub addresses: Vec<ListedAddress>,
}

/// A person to talk to.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct ListedPerson {
    /// Who.
    #[serde(default)]
    pub name: Option<String>,
    /// Telephone numbers.
    #[serde(default)]
    pub phones: Vec<String>,
    /// E-mail addresses.
    #[serde(default)]
    pub emails: Vec<String>,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedAddress {
    /// House, street, area.
    pub lines: String,
    /// Town or city.
    #[serde(default)]
    pub city: Option<String>,
    /// PIN code.
    #[serde(default)]
    pub postal_code: Option<String>,
}

/// Its identity alone, so that people do not reach a log inside a larger value.
impl fmt::Debug for ListedParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedParty").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for ListedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ListedPerson(…)")
    }
}

impl fmt::Debug for ListedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ListedAddress(…)")
    }
}

/// The rows of `Product Database`.
#[must_use]
pub fn product_rows(products: &[ListedProduct]) -> Vec<TabRow> {
    let row = |product: &ListedProduct| {
        let added = product.created_at.map(|at| Cell::text(&at.to_string())).unwrap_or_default();
        let cells = words(product).into_iter().chain([added]).collect();
        TabRow { key: product.id.to_string(), cells }
    };
    products.iter().map(row).collect()
}

/// The rows of `Inventory`. Of a product that is not listed only the code is known.
#[must_use]
pub fn lot_rows(lots: &[ListedLot], products: &[ListedProduct]) -> Vec<TabRow> {
    let known: BTreeMap<ProductId, &ListedProduct> =
        products.iter().map(|product| (product.id, product)).collect();
    let row = |lot: &ListedLot| {
        let code = Cell::text(lot.product_code.as_deref().unwrap_or_default());
        let alone = || [code, Cell::Empty, Cell::Empty, Cell::Empty];
        let product = known.get(&lot.product_id).map_or_else(alone, |product| words(product));
        let figures = [
            Cell::number(lot.available_kg),
            Cell::number(lot.rate_per_kg),
            Cell::text(&lot.supplier),
            Cell::text(&day(lot.received_on)),
        ];
        TabRow { key: lot.id.to_string(), cells: product.into_iter().chain(figures).collect() }
    };
    lots.iter().map(row).collect()
}

/// The rows of `Sale Parties` and `Purchase Parties`.
#[must_use]
pub fn party_rows(parties: &[ListedParty]) -> Vec<TabRow> {
    let row = |party: &ListedParty| {
        let people = &party.contacts;
        let names = people.iter().filter_map(|person| person.name.clone());
        let phones = people.iter().flat_map(|person| person.phones.iter().cloned());
        let emails = people.iter().flat_map(|person| person.emails.iter().cloned());
        let cells = vec![
            Cell::text(&party.name),
            joined(names),
            joined(phones),
            joined(emails),
            joined(party.addresses.iter().map(in_one)),
        ];
        TabRow { key: party.id.to_string(), cells }
    };
    parties.iter().map(row).collect()
}

fn words(product: &ListedProduct) -> [Cell; 4] {
    let ListedProduct { product_code, grade, company, specific_grade, .. } = product;
    [product_code, grade, company, specific_grade].map(|word| Cell::text(word))
}

fn joined(texts: impl Iterator<Item = String>) -> Cell {
    Cell::text(&texts.collect::<Vec<_>>().join("; "))
}

fn in_one(address: &ListedAddress) -> String {
    let place: Vec<&str> =
        [&address.city, &address.postal_code].into_iter().flatten().map(String::as_str).collect();
    let parts = [address.lines.trim(), &place.join(" ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
