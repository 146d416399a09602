//! What rows say about each other. A row that contradicts others is bad like one that cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Kg;

use crate::{BadRow, Books, DealSource};

/// Leaves out sources without their deal or lot, and deals whose sources are incomplete, and says so.
pub(crate) fn keep_consistent(mut books: Books, bad: &mut Vec<BadRow>) -> Books {
    let lots: BTreeMap<&str, &str> =
        books.lots.iter().map(|lot| (lot.id.as_str(), lot.product.code.as_str())).collect();
    let sold: BTreeMap<&str, (&str, Kg)> = books
        .deals
        .iter()
        .map(|deal| (deal.id.as_str(), (deal.product.code.as_str(), deal.quantity)))
        .collect();
    let mut drawn: BTreeMap<String, Kg> = BTreeMap::new();
    for source in &books.sources {
        let total = drawn.entry(source.deal.clone()).or_default();
        *total = total.saturating_add(source.quantity);
    }
    let mut faults: Vec<BadRow> = Vec::new();
    for source in &books.sources {
        match (sold.get(source.deal.as_str()), lots.get(source.lot.as_str())) {
            (None, _) => faults.push(of_source(source, "dealId", &source.deal, "names no readable deal")),
            (_, None) => faults.push(of_source(source, "inventoryId", &source.lot, "names no readable lot")),
            (Some((deal, _)), Some(lot)) if deal != lot => {
                faults.push(of_source(source, "inventoryId", &source.lot, "names a lot of another product"));
            }
            _ => {}
        }
    }
    let unusable: BTreeSet<String> = faults.iter().map(|fault| fault.id.clone()).collect();
    let mut incomplete: BTreeSet<String> = BTreeSet::new();
    for (deal, total) in &drawn {
        let Some((_, quantity)) = sold.get(deal.as_str()) else { continue };
        let broken = books.sources.iter().any(|s| s.deal == *deal && unusable.contains(&s.id));
        if broken || total != quantity {
            incomplete.insert(deal.clone());
            faults.push(BadRow {
                table: "deals",
                id: deal.clone(),
                column: "quantitySold",
                value: quantity.to_string(),
                what_to_do: format!(
                    "its readable rows of deal_sources draw {total} kg from lots; make them add up to what was sold, or \
                     delete them"
                ),
            });
        }
    }
    books.deals.retain(|deal| !incomplete.contains(&deal.id));
    books.sources.retain(|source| !unusable.contains(&source.id) && !incomplete.contains(&source.deal));
    bad.append(&mut faults);
    books
}

fn of_source(source: &DealSource, column: &'static str, value: &str, what: &str) -> BadRow {
    BadRow {
        table: "deal_sources",
        id: source.id.clone(),
        column,
        value: value.to_owned(),
        what_to_do: format!("{what}; correct it or delete the row"),
    }
}
