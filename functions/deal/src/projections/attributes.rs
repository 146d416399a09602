//! What a deal is found by, beside its day and its index: the attributes that the conditions of lists look at.

use std::collections::BTreeMap;

use deal_domain::deal::Registered;
use deal_domain::{DealId, Source};
use kernel::sortable::{amount, weight};
use kernel::text::comparable;

/// Between and around the names of several suppliers, so that a whole name is found and a piece of one is not.
const FRAME: char = '|';

/// The attributes of a deal's rows.
pub(super) fn attributes(id: DealId, deal: &Registered) -> BTreeMap<String, String> {
    let terms = &deal.terms;
    let suppliers = suppliers(deal);
    let mut attributes = BTreeMap::from([
        ("id", id.to_string()),
        ("product", terms.product_id.to_string()),
        ("status", deal.status.name().to_owned()),
        ("customer", comparable(&terms.customer)),
        ("terms", terms.delivery_terms.name().to_owned()),
        ("kg", weight(terms.quantity_kg.get())),
        ("revenue", amount(deal.revenue())),
        ("text", text(id, deal, &suppliers)),
    ]);
    if !suppliers.is_empty() {
        let framed: String = suppliers.iter().map(|name| format!("{}{FRAME}", comparable(name))).collect();
        attributes.insert("suppliers", format!("{FRAME}{framed}"));
    }
    attributes.extend(terms.warehouse.as_deref().map(|name| ("warehouse", comparable(name))));
    attributes.extend(deal.cost().map(|cost| ("margin", amount(deal.revenue() - cost))));
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A supplier's name as it stands among a deal's suppliers.
pub(crate) fn framed(supplier: &str) -> String {
    format!("{FRAME}{}{FRAME}", comparable(supplier))
}

/// Who sold the material to the firm: of a confirmed deal all of them, of any other those its purchases name.
fn suppliers(deal: &Registered) -> Vec<&str> {
    let mut names: Vec<&str> = deal.taken().into_iter().map(|(supplier, ..)| supplier).collect();
    if names.is_empty() {
        names.extend(deal.terms.sources.iter().filter_map(|source| match source {
            Source::Purchase { supplier, .. } => Some(supplier.as_str()),
            Source::Lot { .. } => None,
        }));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// All words of a deal that people search for.
fn text(id: DealId, deal: &Registered, suppliers: &[&str]) -> String {
    let terms = &deal.terms;
    let comments = [&terms.comments.sale, &terms.comments.purchase, &terms.comments.last];
    let parts = [terms.customer.as_str(), terms.product_code.as_str()].into_iter();
    let parts = parts.chain(suppliers.iter().copied()).chain(terms.warehouse.as_deref());
    let parts = parts.chain(comments.into_iter().filter_map(Option::as_deref));
    let mut words: Vec<String> = parts.flat_map(kernel::text::words).collect();
    words.push(comparable(&id.reference()));
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_framed_name_is_not_found_in_a_longer_one() {
        assert!(!"|gulf polymers|".contains(&framed("Gulf")));
        assert!("|deccan resins|gulf polymers|".contains(&framed("Gulf  POLYMERS")));
    }
}
