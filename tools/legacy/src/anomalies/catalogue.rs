//! What is odd about products and parties.

use std::collections::BTreeMap;

use super::{Finding, finding};
use crate::{Books, Described, Party, Product};

const EXACT: &str = "kept exactly; suggestions tolerate the difference";

pub(super) fn find(books: &Books, findings: &mut Vec<Finding>) {
    type OddProduct = fn(&Described) -> bool;
    let products: [(&str, &str, OddProduct); 5] = [
        ("code-with-space", "product codes with a space", |d| d.code.contains(' ')),
        ("code-with-slash", "product codes with a slash", |d| d.code.contains('/')),
        (
            "lower-case-code",
            "product codes that begin with a lower-case letter; byte order puts them last",
            |d| d.code.starts_with(char::is_lowercase),
        ),
        ("empty-grade", "products with an empty grade", |d| d.grade.is_empty()),
        ("non-ascii-product", "products with letters outside ASCII", |d| {
            [&d.code, &d.grade, &d.company, &d.specific_grade].iter().any(|text| !text.is_ascii())
        }),
    ];
    for (code, what, odd) in products {
        let rows = books.products.iter().filter(|product| odd(&product.described));
        findings.push(finding(code, what, EXACT, rows.map(|product| &product.described.code)));
    }
    let distinct = |of: fn(&Described) -> &String, odd: fn(&String) -> bool| {
        let mut values: Vec<&String> =
            books.products.iter().map(|product| of(&product.described)).filter(|text| odd(text)).collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    let slashed = distinct(|d| &d.company, |company| company.contains('/'));
    findings.push(finding("company-with-slash", "companies with a slash", EXACT, slashed));
    let percent = distinct(|d| &d.grade, |grade| grade.contains('%'));
    findings.push(finding("grade-with-percent", "grades with a percent sign", EXACT, percent));
    let mut triples: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for Product { described: d, .. } in &books.products {
        *triples.entry((d.grade.as_str(), d.company.as_str(), d.specific_grade.as_str())).or_default() += 1;
    }
    let shared = triples.iter().filter(|(_, codes)| **codes > 1);
    findings.push(finding(
        "shared-attributes",
        "grade, company and specific grade that several codes share",
        "kept; the code tells products apart",
        shared.map(|((grade, company, polymer), codes)| format!("{codes} × {grade} · {company} · {polymer}")),
    ));
    let other = books.products.iter().filter(|product| product.source != "system");
    findings.push(finding(
        "product-source",
        "products whose source is not `system`",
        "the source is not imported",
        other.map(|product| &product.described.code),
    ));
    parties(books, findings);
}

fn parties(books: &Books, findings: &mut Vec<Finding>) {
    type OddParty = fn(&Party) -> bool;
    let kinds: [(&str, &str, OddParty); 4] = [
        ("non-breaking-hyphen", "parties with a non-breaking hyphen in their name", |party| {
            party.name.contains('\u{2011}')
        }),
        ("accented-name", "parties with an accented letter in their name", |party| {
            party.name.chars().any(|letter| letter.is_alphabetic() && !letter.is_ascii())
        }),
        ("punctuated-name", "parties with &, ., ( or ) in their name", |party| {
            party.name.contains(['&', '.', '(', ')'])
        }),
        ("no-contact", "parties without contact, phone, e-mail and address", |party| {
            [&party.contact_person, &party.phone, &party.email, &party.address].iter().all(|c| c.is_none())
        }),
    ];
    for (code, what, odd) in kinds {
        let names = books.parties.iter().filter(|party| odd(party)).map(|party| &party.name);
        findings.push(finding(code, what, EXACT, names));
    }
}
