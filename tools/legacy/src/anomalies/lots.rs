//! What is odd about lots.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Kg, RatePerKg};

use super::{Finding, finding};
use crate::value::{has_dust, is_iso_date};
use crate::{Books, Described, Lot};

const KEPT: &str = "imported as it is";
/// Below this the old screens painted a lot red.
const LOW: Kg = Kg::from_grams(1_000_000);

pub(super) fn find(books: &Books, findings: &mut Vec<Finding>) {
    stored(books, findings);
    doubled(books, findings);
    catalogue(books, findings);
}

fn lots<'a>(books: &'a Books, odd: impl Fn(&Lot) -> bool + 'a) -> impl Iterator<Item = String> + 'a {
    books.lots.iter().filter(move |lot| odd(lot)).map(|lot| lot.id.clone())
}

fn stored(books: &Books, findings: &mut Vec<Finding>) {
    findings.push(finding(
        "lot-date-iso",
        "lots whose date is written YYYY-MM-DD instead of DD-MM-YYYY",
        "normalized; the stored text is kept in the imported event",
        lots(books, |lot| is_iso_date(&lot.originals.date_added)),
    ));
    let dusty = books.lots.iter().filter(|lot| has_dust(&lot.originals.quantity, 3));
    findings.push(finding(
        "lot-float-dust",
        "lots with the dust of binary floats in their quantity",
        "rounded to the gram; the stored text is kept in the imported event",
        dusty.map(|lot| format!("{} {}", lot.id, lot.originals.quantity)),
    ));
    findings.push(finding(
        "zero-lot",
        "lots with nothing left",
        "received with nothing in it, so that deals can name it",
        lots(books, |lot| lot.quantity.is_zero()),
    ));
    findings.push(finding("low-lot", "lots below 1000 kg", KEPT, lots(books, |lot| lot.quantity < LOW)));
    let mut days: BTreeMap<_, usize> = BTreeMap::new();
    for lot in &books.lots {
        *days.entry(lot.received_on).or_default() += 1;
    }
    let busiest = days.iter().max_by_key(|(_, count)| **count).map(|(day, _)| *day);
    if let Some(day) = busiest {
        let what = "lots on the day that most lots have: a placeholder where it stands out";
        let same = lots(books, move |lot| lot.received_on == day);
        findings.push(finding("placeholder-date", what, KEPT, same).about(day.to_string()));
    }
}

fn doubled(books: &Books, findings: &mut Vec<Finding>) {
    findings.push(finding(
        "backfill-lot",
        "lots that a script made a second time: their material is in other lots and deals already",
        "imported, faithful to the old stock figure; --drop-backfill leaves them out",
        lots(books, Lot::is_backfill),
    ));
    // What a purchase left over, by what the backfill script copied of it.
    let mut leftovers: BTreeMap<_, usize> = BTreeMap::new();
    for deal in books.deals.iter().filter(|deal| deal.bought > deal.quantity) {
        let left = deal.bought.saturating_sub(deal.quantity);
        let key = (&deal.product.code, &deal.supplier, deal.purchase_rate, deal.date, left);
        *leftovers.entry(key).or_default() += 1;
    }
    let matched = |lot: &&Lot| {
        let key = (&lot.product.code, &lot.supplier, lot.rate, lot.received_on, lot.quantity);
        lot.is_backfill() && leftovers.get(&key) == Some(&1)
    };
    findings.push(finding(
        "backfill-of-deal",
        "backfilled lots that equal what exactly one deal bought more than it sold",
        "as the others",
        books.lots.iter().filter(matched).map(|lot| lot.id.as_str()),
    ));
    type Key<'a> = (&'a Described, &'a str, RatePerKg, &'a str);
    let pairs = |quantity: fn(&Lot) -> String| -> usize {
        let mut alike: BTreeMap<Key<'_>, Vec<&Lot>> = BTreeMap::new();
        let texts: Vec<String> = books.lots.iter().map(quantity).collect();
        for (lot, text) in books.lots.iter().zip(&texts) {
            alike.entry((&lot.product, text, lot.rate, &lot.supplier)).or_default().push(lot);
        }
        alike.values().map(|group| pairs_of_different_days(group)).sum()
    };
    for (of, count) in [
        ("as stored", pairs(|lot| lot.originals.quantity.clone())),
        ("rounded", pairs(|lot| lot.quantity.to_string())),
    ] {
        let what = "pairs of lots equal in product, quantity, rate and supplier, with different dates";
        let same = finding("twin-lots", what, KEPT, Vec::<String>::new()).about(of);
        findings.push(Finding { count, ..same });
    }
}

fn pairs_of_different_days(group: &[&Lot]) -> usize {
    let pairs = group
        .iter()
        .enumerate()
        .flat_map(|(at, one)| group.iter().skip(at + 1).filter(|other| other.received_on != one.received_on));
    pairs.count()
}

fn catalogue(books: &Books, findings: &mut Vec<Finding>) {
    let master: BTreeMap<&str, &Described> =
        books.products.iter().map(|p| (p.described.code.as_str(), &p.described)).collect();
    findings.push(finding(
        "lot-of-unknown-product",
        "lots whose product is not in products",
        "created as an inactive product with the lot's attributes",
        lots(books, |lot| !master.contains_key(lot.product.code.as_str())),
    ));
    let differs =
        |lot: &Lot| master.get(lot.product.code.as_str()).is_some_and(|product| **product != lot.product);
    findings.push(finding(
        "lot-attribute-mismatch",
        "lots whose grade, company or specific grade differ from the catalogue",
        "stock of the product with that code",
        lots(books, differs),
    ));
    let described: BTreeSet<&Described> = books.lots.iter().map(|lot| &lot.product).collect();
    let codes: BTreeSet<&str> = described.iter().map(|product| product.code.as_str()).collect();
    findings.push(finding(
        "described-in-stock",
        "distinct code and attributes in stock",
        KEPT,
        described.iter().map(|d| &d.code),
    ));
    findings.push(finding("code-in-stock", "distinct product codes in stock", KEPT, &codes));
    let idle = master.keys().filter(|code| !codes.contains(**code));
    findings.push(finding("product-without-stock", "products without a lot", KEPT, idle));
    for (of, odd) in [
        (
            "slash",
            (|lot| lot.product.code.contains('/') || lot.product.company.contains('/')) as fn(&Lot) -> bool,
        ),
        ("percent", |lot| lot.product.grade.contains('%')),
        ("empty grade", |lot| lot.product.grade.is_empty()),
    ] {
        let what = "lots that the old picker could not find, because of its path segments";
        findings.push(finding("unfindable-lot", what, "found like any other", lots(books, odd)).about(of));
    }
}
