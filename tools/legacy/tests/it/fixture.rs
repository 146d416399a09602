//! What the fixture holds.

use std::collections::BTreeSet;

use legacy::fixture::{FixtureError, Plan, write};
use legacy::{anomalies, totals};

use crate::Fixture;

#[test]
fn the_same_seed_makes_the_same_rows_and_another_seed_others() {
    let (one, again) = (Fixture::new().read(), Fixture::new().read());
    assert_eq!(one, again);
    assert_ne!(one, Fixture::of(Plan { seed: 2, scale: 1 }).read());
}

#[test]
fn the_scale_multiplies_the_rows() {
    let (one, three) = (Fixture::new().read().books, Fixture::of(Plan { seed: 1, scale: 3 }).read().books);
    assert_eq!(three.deals.len() - one.deals.len(), 2 * 312);
    assert!(three.lots.len() > 2 * one.lots.len());
    assert_eq!(three.products.len(), 3 * one.products.len());
}

#[test]
fn every_oddity_of_the_old_data_is_in_it() {
    let reading = Fixture::new().read();
    assert_eq!(reading.bad, []);
    let found: BTreeSet<&str> = anomalies::of(&reading.books).iter().map(|finding| finding.code).collect();
    for code in [
        "deal-date-iso",
        "lot-date-iso",
        "sale-source-spelling",
        "delivery-terms",
        "warehouse",
        "deal-float-dust",
        "lot-float-dust",
        "zero-lot",
        "bought-nothing",
        "bought-more-than-sold",
        "below-cost",
        "at-par",
        "sourced-from-lots",
        "orphan-customer",
        "orphan-supplier",
        "orphan-product",
        "multiple-suppliers",
        "test-deal",
        "deal-attribute-mismatch",
        "lot-attribute-mismatch",
        "backfill-lot",
        "backfill-of-deal",
        "placeholder-date",
        "twin-lots",
        "padded-note",
        "deal-instant",
        "code-with-space",
        "code-with-slash",
        "company-with-slash",
        "grade-with-percent",
        "lower-case-code",
        "empty-grade",
        "unfindable-lot",
        "shared-attributes",
        "non-breaking-hyphen",
        "accented-name",
        "no-contact",
    ] {
        assert!(found.contains(code), "{code}");
    }
}

#[test]
fn a_third_of_the_lots_is_dust_and_rounding_leaves_tenths() {
    let books = Fixture::of(Plan { seed: 7, scale: 4 }).read().books;
    let findings = anomalies::of(&books);
    assert!(anomalies::count(&findings, "lot-float-dust", None) * 4 > books.lots.len());
    assert!(books.lots.iter().all(|lot| lot.quantity.grams() % 100 == 0));
}

#[test]
fn totals_agree_with_sums_taken_in_sql() {
    let fixture = Fixture::of(Plan { seed: 3, scale: 2 });
    let totals = totals::of(&fixture.read().books);
    let connection = rusqlite::Connection::open(&fixture.path).unwrap();
    let sum = |expression: &str, table: &str| -> i64 {
        let sql = format!("SELECT sum({expression}) FROM {table}");
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let grams = |column: &str| format!("CAST(round({column} * 1000) AS INTEGER)");
    let paise = |column: &str| format!("CAST(round({column} * 100) AS INTEGER)");
    let product = |kg: &str, rate: &str| format!("{} * {}", grams(kg), paise(rate));
    let units = |value: i64| i128::from(value) * 100;
    assert_eq!(totals.deals.quantity_kg.grams(), sum(&grams("quantitySold"), "deals"));
    assert_eq!(totals.deals.bought_kg.grams(), sum(&grams("purchaseQuantity"), "deals"));
    assert_eq!(
        totals.deals.revenue_inr.ten_millionths(),
        units(sum(&product("quantitySold", "saleRate"), "deals"))
    );
    assert_eq!(
        totals.deals.cost_as_stored_inr.ten_millionths(),
        units(sum(&product("quantitySold", "purchaseRate"), "deals"))
    );
    assert_eq!(totals.stock.quantity_kg.grams(), sum(&grams("quantity"), "inventory"));
    assert_eq!(
        totals.stock.value_inr.ten_millionths(),
        units(sum(&product("quantity", "rate"), "inventory"))
    );
}

#[test]
fn groups_add_up_to_the_whole_and_sources_explain_the_other_margin() {
    let totals = totals::of(&Fixture::new().read().books);
    for groups in
        [&totals.by_year, &totals.by_month, &totals.by_customer, &totals.by_product, &totals.by_supplier]
    {
        assert_eq!(groups.values().map(|sums| sums.deals).sum::<u64>(), totals.deals.deals);
        assert_eq!(
            groups.values().map(|sums| sums.revenue_inr).sum::<kernel::Inr>(),
            totals.deals.revenue_inr
        );
    }
    assert_eq!((totals.deals.margin() - totals.deals.margin_as_stored()).to_string(), "61350.00");
    let parts = [totals.backfill, totals.stock_without_backfill];
    assert_eq!(parts.iter().map(|part| part.lots).sum::<u64>(), totals.stock.lots);
    assert_eq!(parts.iter().map(|part| part.value_inr).sum::<kernel::Inr>(), totals.stock.value_inr);
}

#[test]
fn without_backfill_only_what_is_really_there_is_left() {
    let books = Fixture::new().read().books;
    let expected = totals::of(&books).stock_without_backfill;
    assert_eq!(totals::of(&books.without_backfill()).stock, expected);
}

#[test]
fn nothing_is_overwritten() {
    let fixture = Fixture::new();
    assert!(matches!(write(&fixture.path, Plan::default()), Err(FixtureError::Exists(_))));
}
