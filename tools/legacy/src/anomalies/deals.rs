//! What is odd about deals.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Kg;

use super::{Finding, finding};
use crate::books::MULTIPLE_SUPPLIERS;
use crate::value::{has_dust, is_iso_date};
use crate::{Books, Deal, Described, PartyTable};

const KEPT: &str = "imported as it is";
const ORIGINAL: &str = "normalized; the stored text is kept in the imported event";

pub(super) fn find(books: &Books, findings: &mut Vec<Finding>) {
    spellings(books, findings);
    amounts(books, findings);
    orphans(books, findings);
    texts(books, findings);
    time(books, findings);
}

fn deals<'a>(
    books: &'a Books,
    odd: impl Fn(&Deal) -> bool + 'a,
    show: impl Fn(&Deal) -> String + 'a,
) -> impl Iterator<Item = String> + 'a {
    books.deals.iter().filter(move |deal| odd(deal)).map(show)
}

fn id(deal: &Deal) -> String {
    deal.id.clone()
}

fn spellings(books: &Books, findings: &mut Vec<Finding>) {
    findings.push(finding(
        "deal-date-iso",
        "deals whose date is written YYYY-MM-DD instead of DD-MM-YYYY",
        ORIGINAL,
        deals(books, |deal| is_iso_date(&deal.originals.date), |d| format!("{} {}", d.id, d.originals.date)),
    ));
    for (spelling, rows) in grouped(books, |deal| deal.originals.sale_source.clone()) {
        let what = "deals by spelling of their sale source";
        findings.push(finding("sale-source-spelling", what, ORIGINAL, rows).about(spelling));
    }
    for (terms, rows) in grouped(books, |deal| deal.originals.delivery_terms.clone()) {
        findings.push(finding("delivery-terms", "deals by delivery terms", ORIGINAL, rows).about(terms));
    }
    for (warehouse, rows) in
        grouped(books, |deal| deal.warehouse.clone().unwrap_or_else(|| "(none)".to_owned()))
    {
        findings.push(finding("warehouse", "deals by warehouse", KEPT, rows).about(warehouse));
    }
}

fn grouped(books: &Books, key: impl Fn(&Deal) -> String) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for deal in &books.deals {
        groups.entry(key(deal)).or_default().push(deal.id.clone());
    }
    groups
}

fn amounts(books: &Books, findings: &mut Vec<Finding>) {
    let dusty =
        |deal: &Deal| has_dust(&deal.originals.purchase_quantity, 3) || has_dust(&deal.originals.quantity, 3);
    findings.push(finding(
        "deal-float-dust",
        "deals with the dust of binary floats in a quantity",
        "rounded to the gram; the stored text is kept in the imported event",
        deals(books, dusty, |d| format!("{} {}", d.id, d.originals.purchase_quantity)),
    ));
    findings.push(finding(
        "bought-nothing",
        "deals that bought nothing: sold from stock without saying from which lot",
        "one source of unspecified stock at the deal's own purchase rate",
        deals(books, |deal| deal.bought.is_zero(), id),
    ));
    let more = |deal: &Deal| deal.bought > deal.quantity;
    findings.push(finding(
        "bought-more-than-sold",
        "deals that bought more than they sold; the rest is a lot",
        "a purchase of which the deal takes what it sold; the rest is not received again",
        deals(books, more, id),
    ));
    let less = |deal: &Deal| deal.bought.is_positive() && deal.bought < deal.quantity;
    findings.push(finding(
        "bought-less-than-sold",
        "deals that bought less than they sold",
        "a purchase, and unspecified stock for the rest",
        deals(books, less, id),
    ));
    findings.push(finding(
        "below-cost",
        "deals that sell below their purchase rate",
        KEPT,
        deals(
            books,
            |deal| deal.rate < deal.purchase_rate,
            |d| format!("{} {} < {}", d.id, d.rate, d.purchase_rate),
        ),
    ));
    findings.push(finding(
        "at-par",
        "deals that sell at their purchase rate",
        KEPT,
        deals(books, |deal| deal.rate == deal.purchase_rate, id),
    ));
    let sourced: BTreeSet<&str> = books.sources.iter().map(|source| source.deal.as_str()).collect();
    findings.push(finding(
        "sourced-from-lots",
        "deals with rows in deal_sources; their cost follows from those rows, not from the stored average",
        "each row becomes a source from its lot; the margin recomputed differs from the one stored",
        deals(
            books,
            |deal| sourced.contains(deal.id.as_str()),
            |deal| {
                let cost = books.sources_of(&deal.id).iter().map(|s| s.cost.times(s.quantity)).sum();
                let difference = deal.cost_as_stored() - cost;
                format!("{}: cost {cost}, stored {}, difference {difference}", deal.id, deal.cost_as_stored())
            },
        ),
    ));
    let mut seen = BTreeSet::new();
    let doubled = books
        .deals
        .iter()
        .filter(|deal| !seen.insert((deal.date, &deal.customer, &deal.product.code, deal.quantity)));
    findings.push(finding(
        "doubled-deal",
        "deals equal to another in date, customer, product and quantity",
        KEPT,
        doubled.map(id),
    ));
}

fn orphans(books: &Books, findings: &mut Vec<Finding>) {
    let names = |table: PartyTable| -> BTreeSet<&str> {
        books.parties.iter().filter(|p| p.table == table).map(|party| party.name.as_str()).collect()
    };
    let (customers, suppliers) = (names(PartyTable::Sale), names(PartyTable::Purchase));
    let master: BTreeMap<&str, &Described> =
        books.products.iter().map(|p| (p.described.code.as_str(), &p.described)).collect();
    let mut orphan = |code, code_of_names, what, what_names, handling, missing: &[(String, String)]| {
        let distinct: BTreeSet<&String> = missing.iter().map(|(name, _)| name).collect();
        findings.push(finding(code_of_names, what_names, handling, distinct));
        let rows = missing.iter().map(|(name, id)| format!("{id} {name:?}"));
        findings.push(finding(code, what, handling, rows));
    };
    let missing = |name: &dyn Fn(&Deal) -> &String, known: &dyn Fn(&str) -> bool| -> Vec<(String, String)> {
        let unknown = books.deals.iter().filter(|deal| !known(name(deal).as_str()));
        unknown.map(|deal| (name(deal).clone(), deal.id.clone())).collect()
    };
    let inactive = "created as an inactive party";
    orphan(
        "orphan-customer",
        "orphan-customer-name",
        "deals whose customer is not in sale_parties",
        "customers of deals that are not in sale_parties",
        inactive,
        &missing(&|deal| &deal.customer, &|name| customers.contains(name)),
    );
    orphan(
        "orphan-supplier",
        "orphan-supplier-name",
        "deals whose supplier is not in purchase_parties",
        "suppliers of deals that are not in purchase_parties",
        inactive,
        &missing(&|deal| &deal.supplier, &|name| suppliers.contains(name)),
    );
    orphan(
        "orphan-product",
        "orphan-product-code",
        "deals whose product is not in products",
        "product codes of deals that are not in products",
        "created as an inactive product with the deal's attributes",
        &missing(&|deal| &deal.product.code, &|code| master.contains_key(code)),
    );
    findings.push(finding(
        "multiple-suppliers",
        "deals without a supplier of their own: the literal Multiple Suppliers",
        "an inactive party of this name; sources from lots carry their own supplier",
        deals(books, |deal| deal.supplier == MULTIPLE_SUPPLIERS, id),
    ));
    let differs =
        |deal: &Deal| master.get(deal.product.code.as_str()).is_some_and(|product| **product != deal.product);
    findings.push(finding(
        "deal-attribute-mismatch",
        "deals whose grade, company or specific grade differ from the catalogue",
        "sold under the product code; the stored attributes are kept in the imported event",
        deals(books, differs, |d| format!("{} {}", d.id, d.product.code)),
    ));
    let mut test: BTreeSet<&str> = BTreeSet::new();
    test.extend(
        books.deals.iter().filter(|d| !customers.contains(d.customer.as_str())).map(|deal| deal.id.as_str()),
    );
    test.extend(
        books
            .deals
            .iter()
            .filter(|d| !master.contains_key(d.product.code.as_str()))
            .map(|deal| deal.id.as_str()),
    );
    findings.push(finding(
        "test-deal",
        "deals of a customer or product that no master list has: most likely tests",
        "imported like any other; count without them to compare",
        test,
    ));
    for (label, distinct) in [
        ("customers", books.deals.iter().map(|d| d.customer.as_str()).collect::<BTreeSet<_>>()),
        ("suppliers", books.deals.iter().map(|d| d.supplier.as_str()).collect()),
        ("products", books.deals.iter().map(|d| d.product.code.as_str()).collect()),
    ] {
        let what = "distinct names in deals";
        findings.push(finding("distinct-in-deals", what, KEPT, distinct).about(label));
    }
}

fn texts(books: &Books, findings: &mut Vec<Finding>) {
    type Note = fn(&Deal) -> Option<&String>;
    let notes: [(&str, Note); 3] = [
        ("saleComments", |deal| deal.sale_comments.as_ref()),
        ("purchaseComments", |deal| deal.purchase_comments.as_ref()),
        ("finalComments", |deal| deal.final_comments.as_ref()),
    ];
    for (column, note) in notes {
        let without = deals(books, |deal| note(deal).is_none(), id);
        findings.push(finding("without-note", "deals without this note", KEPT, without).about(column));
        let blank = |deal: &Deal| note(deal).is_some_and(|text| text.trim() != text.as_str());
        let padded =
            deals(books, blank, |deal| format!("{} {:?}", deal.id, note(deal).map_or("", String::as_str)));
        findings.push(finding("padded-note", "notes with blanks around them", KEPT, padded).about(column));
    }
}

fn time(books: &Books, findings: &mut Vec<Finding>) {
    let instants: BTreeSet<_> = books.deals.iter().map(|deal| deal.created_at).collect();
    findings.push(finding(
        "deal-instant",
        "distinct instants at which deals were written; fewer than deals, so that they do not order deals",
        "deals are ordered by their date; the instant is kept in the imported event",
        instants,
    ));
    findings.push(finding(
        "deal-changed-later",
        "deals that were changed after they were written",
        KEPT,
        deals(books, |deal| deal.updated_at != deal.created_at, id),
    ));
    let days: BTreeSet<&String> = books.deals.iter().map(|deal| &deal.originals.date).collect();
    findings.push(finding("deal-date-text", "distinct texts of deal dates", ORIGINAL, days));
    let whole = |deal: &Deal| deal.quantity.grams() % Kg::from_grams(1_000).grams() != 0;
    findings.push(finding(
        "fraction-of-kg-sold",
        "deals that sell a fraction of a kilogram",
        KEPT,
        deals(books, whole, id),
    ));
}
