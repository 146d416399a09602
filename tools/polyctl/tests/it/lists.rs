//! The inventory's lists and sums over imported lots, against the rows of the old database.

use std::collections::{BTreeMap, BTreeSet};

use inventory::Inventory;
use inventory::lot_view::LotView;
use inventory::product_view::ProductView;
use inventory::queries::{
    LotFilter, LotOrder, StockFilter, StockList, ValuationBy, ageing, lot_count, lots, products, stock_list,
    suggest, valuation,
};
use inventory_domain::ProductId;
use kernel::text::{Search, comparable};
use kernel::{BusinessDate, Inr, Kg, RatePerKg};
use legacy::Books;
use legacy::books::Lot;

use crate::world::{Old, System, tenant};

#[tokio::test]
async fn lists_and_sums_say_what_the_old_database_says() {
    let (old, system) = (Old::new(), System::new());
    let books = old.books();
    assert_eq!(system.import(&books).await.refused(), 0);
    lists_say_what_was_imported(&books, system.contexts.inventory()).await;
}

/// Gives what the stock is worth.
pub(crate) async fn lists_say_what_was_imported(books: &Books, inventory: &Inventory) -> String {
    filters_pick_the_same_lots(books, inventory).await;
    every_product_is_found(books, inventory).await;
    sums_are_the_same(books, inventory).await
}

/// The old identities of the lots on all pages of a list.
async fn listed(inventory: &Inventory, filter: &LotFilter) -> BTreeSet<String> {
    let (mut found, mut after) = (BTreeSet::new(), None);
    loop {
        let page = lots(inventory, filter, LotOrder::OldestFirst, 200, after).await.unwrap();
        let bytes: usize = page.rows.iter().map(|row| row.body.len() + 1).sum();
        assert!(bytes < 64 * 1_024, "{bytes}");
        let views = page.rows.iter().map(|row| serde_json::from_str::<LotView>(&row.body).unwrap());
        found.extend(views.map(|view| view.legacy_id.unwrap()));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

type Check = Box<dyn Fn(&Lot) -> bool>;

async fn filters_pick_the_same_lots(books: &Books, inventory: &Inventory) {
    let mut checks: Vec<(LotFilter, Check)> = vec![
        (LotFilter::default(), Box::new(|_| true)),
        (LotFilter { available: true, ..LotFilter::default() }, Box::new(|lot| lot.quantity.is_positive())),
    ];
    let suppliers: BTreeSet<String> = books.lots.iter().map(|lot| comparable(&lot.supplier)).collect();
    for supplier in suppliers {
        let filter = LotFilter { supplier: Some(supplier.to_uppercase()), ..LotFilter::default() };
        checks.push((filter, Box::new(move |lot| comparable(&lot.supplier) == supplier)));
    }
    let codes: BTreeSet<String> = books.lots.iter().map(|lot| lot.product.code.clone()).collect();
    for code in codes {
        let product = Some(ProductId::of(&tenant(), &code.parse().unwrap()));
        checks.push((
            LotFilter { product, ..LotFilter::default() },
            Box::new(move |lot| lot.product.code == code),
        ));
    }
    let day = |text: &str| text.parse::<BusinessDate>().unwrap();
    for (from, to) in
        [("2023-06-01", "2024-01-31"), ("2025-01-01", "2025-01-01"), ("2025-07-01", "2025-07-31")]
    {
        let (from, to) = (day(from), day(to));
        let received = (Some(from), Some(to));
        checks.push((
            LotFilter { received, ..LotFilter::default() },
            Box::new(move |lot| (from..=to).contains(&lot.received_on)),
        ));
    }
    for (least, most) in [("80", "95.5"), ("123.75", "123.75")] {
        let (least, most): (RatePerKg, RatePerKg) = (least.parse().unwrap(), most.parse().unwrap());
        let filter = LotFilter { rate: (Some(least), Some(most)), available: true, ..LotFilter::default() };
        let check = move |lot: &Lot| (least..=most).contains(&lot.rate) && lot.quantity.is_positive();
        checks.push((filter, Box::new(check)));
    }
    for (filter, check) in checks {
        let expected: BTreeSet<String> =
            books.lots.iter().filter(|lot| check(lot)).map(|lot| lot.id.clone()).collect();
        assert_eq!(listed(inventory, &filter).await, expected, "{filter:?}");
        let count = lot_count(inventory, &filter).await.unwrap();
        assert_eq!(
            (count.lots, count.complete),
            (u64::try_from(expected.len()).unwrap(), true),
            "{filter:?}"
        );
    }
}

/// By suggestion and in the catalogue, however it is typed.
async fn every_product_is_found(books: &Books, inventory: &Inventory) {
    for product in &books.products {
        let code = product.described.code.as_str();
        let typed = [code.to_lowercase(), code.replace(' ', ""), code.replace('-', "\u{2011}")];
        for typed in typed {
            let search = Search::try_new(&typed).unwrap();
            let found = suggest(inventory, &search, 400).await.unwrap();
            assert!(found.iter().any(|found| found.product.product_code.to_string() == code), "{typed}");
            let page = products(inventory, Some(&typed), 400, None).await.unwrap();
            let codes = page.rows.iter().map(|row| serde_json::from_str::<ProductView>(&row.body).unwrap());
            assert!(codes.map(|view| view.product_code.to_string()).any(|found| found == code), "{typed}");
        }
    }
}

async fn sums_are_the_same(books: &Books, inventory: &Inventory) -> String {
    let everything = StockFilter::default();
    let mut expected: BTreeMap<&str, (u64, Kg, Inr)> = BTreeMap::new();
    for lot in books.lots.iter().filter(|lot| lot.quantity.is_positive()) {
        let sum = expected.entry(&lot.product.code).or_default();
        let value = lot.rate.times(lot.quantity);
        *sum = (sum.0 + 1, sum.1.saturating_add(lot.quantity), sum.2 + value);
    }
    let by_product = valuation(inventory, &everything, ValuationBy::Product).await.unwrap();
    let found: BTreeMap<&str, (u64, Kg, Inr)> = by_product
        .iter()
        .map(|row| (row.key.as_str(), (row.lots, row.available_kg, row.value_inr)))
        .collect();
    assert_eq!(found, expected);

    let (kg, value): (Kg, Inr) =
        (expected.values().map(|sum| sum.1).sum(), expected.values().map(|sum| sum.2).sum());
    let [all] = valuation(inventory, &everything, ValuationBy::Nothing).await.unwrap().try_into().unwrap();
    assert_eq!((all.available_kg, all.value_inr), (kg, value));
    let latest = books.lots.iter().map(|lot| lot.received_on).max().unwrap();
    let buckets = ageing(inventory, &everything, &[30, 90, 365], latest).await.unwrap();
    let aged = |bucket: &inventory::queries::AgeBucket| {
        let fits = |lot: &&Lot| {
            let age = latest.days_since(lot.received_on);
            age >= i64::from(bucket.from_days) && bucket.to_days.is_none_or(|to| age <= i64::from(to))
        };
        books.lots.iter().filter(fits).map(|lot| lot.quantity).sum::<Kg>()
    };
    assert!(buckets.iter().all(|bucket| bucket.available_kg == aged(bucket)));
    assert_eq!(buckets.into_iter().filter_map(|bucket| bucket.value_inr).sum::<Inr>(), value);
    let page = stock_list(inventory, StockList::All, &everything, true, 50, None).await.unwrap();
    assert!(page.rows.len() >= books.products.len().min(50));
    format!("{kg} kg, {value} INR")
}
