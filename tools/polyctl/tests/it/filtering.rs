//! Lists and sums of imported deals against a plain reading of the old rows they came from.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use deal::queries::{DealFilter, DealOrder, GroupBy, SummaryRow, deals, summary};
use deal_domain::{DeliveryTerms, ProductId};
use kernel::text::{comparable, words};
use kernel::{BusinessDate, Inr, Kg};
use legacy::value::Delivery;
use legacy::{Books, Deal, DealSource};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::real::real_database;
use crate::world::{Old, System, books};

/// Filters tried on generated books, and on the real ones where they are.
const CASES: u32 = 96;
const REAL_CASES: u32 = 48;

/// An old deal as a filter sees it.
struct Sale<'a> {
    deal: &'a Deal,
    /// Supplier, quantity, cost of each source.
    sources: Vec<(&'a str, Kg, Inr)>,
}

impl Sale<'_> {
    fn cost(&self) -> Inr {
        self.sources.iter().map(|(_, _, cost)| *cost).sum()
    }

    fn margin(&self) -> Inr {
        self.deal.revenue() - self.cost()
    }

    fn passes(&self, ids: &BTreeMap<&str, ProductId>, filter: &DealFilter) -> bool {
        let Deal { date, customer, quantity, product, warehouse, .. } = self.deal;
        let same = |wanted: &Option<String>, name: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| name.map(comparable) == Some(comparable(wanted)))
        };
        let terms = match self.deal.delivery {
            Delivery::Delivered => DeliveryTerms::Delivered,
            Delivery::Pickup => DeliveryTerms::Pickup,
        };
        filter.from.is_none_or(|from| from <= *date)
            && filter.to.is_none_or(|to| *date <= to)
            && same(&filter.customer, Some(customer))
            && filter.supplier.as_deref().is_none_or(|wanted| {
                self.sources.iter().any(|(name, ..)| comparable(name) == comparable(wanted))
            })
            && filter.product.is_none_or(|wanted| ids.get(product.code.as_str()) == Some(&wanted))
            && filter.status.is_none_or(|status| status == "confirmed")
            && same(&filter.warehouse, warehouse.as_deref())
            && filter.delivery_terms.is_none_or(|wanted| wanted == terms)
            && within(*quantity, filter.quantity)
            && within(self.deal.revenue().paise(), paise(filter.revenue))
            && within(self.margin().paise(), paise(filter.margin))
            && filter.q.as_deref().is_none_or(|typed| self.mentions(typed))
    }

    fn mentions(&self, typed: &str) -> bool {
        let Deal { customer, product, warehouse, sale_comments, purchase_comments, final_comments, .. } =
            self.deal;
        let optional = [warehouse, sale_comments, purchase_comments, final_comments];
        let said: Vec<String> = [customer.as_str(), product.code.as_str()]
            .into_iter()
            .chain(self.sources.iter().map(|(supplier, ..)| *supplier))
            .chain(optional.into_iter().filter_map(Option::as_deref))
            .flat_map(words)
            .collect();
        words(typed).iter().all(|word| said.iter().any(|other| other.contains(word.as_str())))
    }
}

fn within<T: PartialOrd>(value: T, (least, most): (Option<T>, Option<T>)) -> bool {
    least.is_none_or(|least| least <= value) && most.is_none_or(|most| value <= most)
}

fn paise((least, most): (Option<Inr>, Option<Inr>)) -> (Option<i128>, Option<i128>) {
    (least.map(Inr::paise), most.map(Inr::paise))
}

fn sales(books: &Books) -> Vec<Sale<'_>> {
    let mut rows: BTreeMap<&str, Vec<&DealSource>> = BTreeMap::new();
    for row in &books.sources {
        rows.entry(&row.deal).or_default().push(row);
    }
    books.deals.iter().map(|deal| Sale { deal, sources: sources(deal, rows.get(deal.id.as_str())) }).collect()
}

fn sources<'a>(deal: &'a Deal, rows: Option<&Vec<&'a DealSource>>) -> Vec<(&'a str, Kg, Inr)> {
    match rows {
        None => vec![(deal.supplier.as_str(), deal.quantity, deal.cost_as_stored())],
        Some(rows) => {
            let source =
                |row: &&'a DealSource| (row.supplier.as_str(), row.quantity, row.cost.times(row.quantity));
            rows.iter().map(source).collect()
        }
    }
}

/// Which parts of a filter are taken, from which deals, and how wide its ranges are.
type Seed = (Vec<bool>, Vec<Index>, (i64, i64));

fn seeds() -> impl Strategy<Value = Seed> {
    // Three parts in ten: enough to combine, few enough to find something.
    (vec(prop::bool::weighted(0.3), 11), vec(any::<Index>(), 11), (0..400_i64, 0..40_i64))
}

/// A filter made of what some deals have, spelled differently.
fn filter(
    sales: &[Sale<'_>],
    ids: &BTreeMap<&str, ProductId>,
    (takes, from, (days, percent)): &Seed,
) -> DealFilter {
    let deal = |part: usize| -> Option<&Sale<'_>> { takes[part].then(|| from[part].get(sales)) };
    let loud = |text: &str| text.to_uppercase().replace('-', "\u{2011}");
    let around = |paise: i128| {
        let width = paise.abs() * i128::from(*percent) / 100 + 1;
        let inr = |paise: i128| Some(Inr::from_ten_millionths(paise * 100_000));
        (inr(paise - width), inr(paise + width))
    };
    DealFilter {
        from: deal(0).map(|sale| sale.deal.date),
        to: deal(1).and_then(|sale| later(sale.deal.date, *days)),
        customer: deal(2).map(|sale| loud(&sale.deal.customer)),
        supplier: deal(3).map(|sale| loud(sale.sources[0].0)),
        product: deal(4).map(|sale| ids[sale.deal.product.code.as_str()]),
        status: takes[5].then_some(if from[5].index(4) == 0 { "rejected" } else { "confirmed" }),
        warehouse: deal(6).and_then(|sale| sale.deal.warehouse.as_deref().map(loud)),
        delivery_terms: takes[7].then_some(DeliveryTerms::Pickup),
        quantity: deal(8).map_or((None, None), |sale| (Some(sale.deal.quantity), None)),
        revenue: deal(9).map_or((None, None), |sale| around(sale.deal.revenue().paise())),
        margin: deal(10).map_or((None, None), |sale| around(sale.margin().paise())),
        q: deal(2).filter(|_| takes[4]).and_then(|sale| words(&sale.deal.customer).pop()),
    }
}

fn later(day: BusinessDate, days: i64) -> Option<BusinessDate> {
    // Within a month of thirty days; ranges need not be exact, only different.
    let text = day.to_string();
    let (year, month): (i64, i64) = (text[..4].parse().ok()?, text[5..7].parse().ok()?);
    let month = year * 12 + month - 1 + days / 30;
    format!("{:04}-{:02}-{:02}", month / 12, month % 12 + 1, days % 28 + 1).parse().ok()
}

/// The identities that the list shows, page by page, in the order it shows them.
async fn listed(system: &System, filter: &DealFilter, order: DealOrder) -> Vec<(String, String)> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = deals(system.contexts.deals(), filter, order, 200, after).await.unwrap();
        for row in page.rows {
            let entry: Value = serde_json::from_str(&row.body).unwrap();
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            found.push((text("date"), text("legacyId")));
        }
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

/// Groups by a plain fold: key as compared, deals, kilograms, revenue, cost.
fn folded(passing: &[&Sale<'_>], by: GroupBy) -> BTreeMap<String, (u64, Kg, Inr, Inr)> {
    let mut groups: BTreeMap<String, (BTreeSet<&str>, Kg, Inr, Inr)> = BTreeMap::new();
    for sale in passing {
        let whole = (sale.deal.quantity, sale.deal.revenue(), sale.cost());
        let parts: Vec<(String, (Kg, Inr, Inr))> = match by {
            GroupBy::Month => vec![(sale.deal.date.to_string()[..7].to_owned(), whole)],
            GroupBy::Customer => vec![(comparable(&sale.deal.customer), whole)],
            GroupBy::Product => vec![(comparable(&sale.deal.product.code), whole)],
            GroupBy::None => vec![("all".to_owned(), whole)],
            GroupBy::Supplier => sale
                .sources
                .iter()
                .map(|(name, kg, cost)| (comparable(name), (*kg, sale.deal.rate.times(*kg), *cost)))
                .collect(),
        };
        for (key, (kg, revenue, cost)) in parts {
            let group = groups.entry(key).or_default();
            group.0.insert(&sale.deal.id);
            group.1 = group.1.saturating_add(kg);
            group.2 = group.2 + revenue;
            group.3 = group.3 + cost;
        }
    }
    let counted = |(ids, kg, revenue, cost): (BTreeSet<&str>, Kg, Inr, Inr)| {
        (u64::try_from(ids.len()).unwrap(), kg, revenue, cost)
    };
    groups.into_iter().map(|(key, group)| (key, counted(group))).collect()
}

fn every_filter_agrees(books: &Books, cases: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let system = System::new();
    runtime.block_on(system.import(books));
    let tenant = crate::world::tenant();
    let of = |code: &str| {
        let id = inventory_domain::ProductId::of(&tenant, &code.parse().unwrap());
        ProductId::new(id.uuid())
    };
    let sales = sales(books);
    let ids: BTreeMap<&str, ProductId> =
        sales.iter().map(|sale| sale.deal.product.code.as_str()).map(|code| (code, of(code))).collect();
    let found = Cell::new(0_usize);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&seeds(), |seed| {
        let filter = filter(&sales, &ids, &seed);
        let passing: Vec<&Sale<'_>> = sales.iter().filter(|sale| sale.passes(&ids, &filter)).collect();
        let expected: BTreeSet<(String, String)> =
            passing.iter().map(|sale| (sale.deal.date.to_string(), sale.deal.id.clone())).collect();
        for order in [DealOrder::NewestFirst, DealOrder::OldestFirst] {
            let mut shown = runtime.block_on(listed(&system, &filter, order));
            if order == DealOrder::NewestFirst {
                shown.reverse();
            }
            prop_assert!(shown.is_sorted_by(|(a, _), (b, _)| a <= b), "{filter:?}");
            prop_assert_eq!(shown.len(), expected.len(), "{:?}", &filter);
            prop_assert_eq!(&shown.into_iter().collect::<BTreeSet<_>>(), &expected, "{:?}", &filter);
        }
        for by in [GroupBy::Month, GroupBy::Customer, GroupBy::Product, GroupBy::Supplier, GroupBy::None] {
            let rows = runtime.block_on(summary(system.contexts.deals(), &filter, by)).unwrap();
            let shown: BTreeMap<String, (u64, Kg, Inr, Inr)> = rows
                .iter()
                .filter(|row: &&SummaryRow| row.deals > 0)
                .map(|row| {
                    (comparable(&row.key), (row.deals, row.quantity_kg, row.revenue_inr, row.cost_inr))
                })
                .collect();
            prop_assert_eq!(shown, folded(&passing, by), "{:?} {:?}", by, &filter);
        }
        found.set(found.get() + passing.len());
        Ok(())
    });
    outcome.unwrap();
    assert!(found.get() > 0, "no filter found anything, so nothing was compared");
}

#[test]
fn lists_and_sums_of_generated_books_are_those_of_the_old_rows() {
    every_filter_agrees(&Old::new().books(), CASES);
}

#[test]
fn lists_and_sums_of_the_real_books_are_those_of_the_old_rows() {
    if let Some(path) = real_database() {
        every_filter_agrees(&books(Path::new(&path)), REAL_CASES);
    }
}
