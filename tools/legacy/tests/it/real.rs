//! The real database, where it is: every count and every total that is known of it.

use std::env::var_os;
use std::path::{Path, PathBuf};

use legacy::anomalies::{self, Finding, count};
use legacy::{Books, totals};

/// `$POLYMER_LEGACY_DB`, or beside the workspace.
fn real() -> Option<Books> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/legacy/dev.db");
    let path = var_os("POLYMER_LEGACY_DB").map_or_else(beside, PathBuf::from);
    if !path.exists() {
        eprintln!("no real database at {}: skipped", path.display());
        return None;
    }
    let reading = crate::read(&path);
    assert_eq!(reading.bad, []);
    Some(reading.books)
}

#[test]
fn the_reference_totals_come_out_exactly() {
    let Some(books) = real() else { return };
    let totals = totals::of(&books);
    for (period, sums, expected) in [
        (
            "2023",
            totals.by_year["2023"],
            [
                "1200",
                "13346122.000",
                "1374795285.16",
                "1339880493.54",
                "34914791.62",
                "14270873.300",
                "1432425337.60",
            ],
        ),
        (
            "2024",
            totals.by_year["2024"],
            [
                "1200",
                "13542165.000",
                "1367484443.73",
                "1333387207.11",
                "34097236.62",
                "14469575.900",
                "1424810231.77",
            ],
        ),
        (
            "2025",
            totals.by_year["2025"],
            [
                "716",
                "8331744.000",
                "852440787.87",
                "830416509.58",
                "22024278.29",
                "8674080.900",
                "863699272.51",
            ],
        ),
        (
            "all",
            totals.deals,
            [
                "3116",
                "35220031.000",
                "3594720516.76",
                "3503684210.23",
                "91036306.53",
                "37414530.100",
                "3720934841.88",
            ],
        ),
    ] {
        let found = [
            sums.deals.to_string(),
            sums.quantity_kg.to_string(),
            sums.revenue_inr.to_string(),
            sums.cost_as_stored_inr.to_string(),
            sums.margin_as_stored().to_string(),
            sums.bought_kg.to_string(),
            sums.spend_inr.to_string(),
        ];
        assert_eq!(found, expected, "{period}");
    }
    assert_eq!(totals.deals.cost_inr.to_string(), "3503622860.23");
    assert_eq!(totals.deals.margin().to_string(), "91097656.53");
    // To the tenth of a paisa: 3720934841.879, 501083733.337.
    assert_eq!(totals.deals.spend_inr.ten_millionths(), 37_209_348_418_790_000);
    assert_eq!(totals.stock.value_inr.ten_millionths(), 5_010_837_333_370_000);
    for (sums, lots, kg, value) in [
        (totals.stock, 1_744, "5054049.800", "501083733.34"),
        (totals.backfill, 876, "2844721.200", "282162906.65"),
        (totals.stock_without_backfill, 868, "2209328.600", "218920826.69"),
    ] {
        assert_eq!(
            (sums.lots, sums.quantity_kg.to_string(), sums.value_inr.to_string()),
            (lots, kg.into(), value.into())
        );
    }
    for (product, kg) in [("TR131", "71941.200"), ("SC201LV", "57124.200"), ("F1", "54327.000")] {
        assert_eq!(totals.stock_by_product[product].quantity_kg.to_string(), kg);
    }
}

#[test]
fn without_the_test_deals_the_other_reference_totals_come_out() {
    let Some(mut books) = real() else { return };
    let test = ["TEST123", "TESTDATE", "TEST-001", "INT-TEST"];
    books
        .deals
        .retain(|deal| !test.contains(&deal.product.code.as_str()) && deal.customer != "Test Customer ABC");
    let sums = totals::of(&books).deals;
    assert_eq!(sums.deals, 3_111);
    assert_eq!(sums.quantity_kg.to_string(), "35182531.000");
    assert_eq!(sums.revenue_inr.to_string(), "3590242391.76");
    assert_eq!(sums.cost_as_stored_inr.to_string(), "3500161735.23");
    assert_eq!(sums.margin_as_stored().to_string(), "90080656.53");
    assert_eq!(sums.bought_kg.to_string(), "37377030.100");
    assert_eq!(sums.spend_inr.to_string(), "3717412366.88");
}

#[test]
fn every_table_has_its_rows_and_every_oddity_its_count() {
    let Some(books) = real() else { return };
    let parties = |table| books.parties.iter().filter(|party| party.table == table).count();
    let sizes = [
        books.deals.len(),
        books.sources.len(),
        books.lots.len(),
        books.products.len(),
        parties(legacy::PartyTable::Sale),
        parties(legacy::PartyTable::Purchase),
    ];
    assert_eq!(sizes, [3_116, 3, 1_744, 315, 97, 86]);
    let findings = anomalies::of(&books);
    for (code, of, expected) in COUNTS {
        assert_eq!(count(&findings, code, *of), *expected, "{code} {of:?}");
    }
    let starts: Vec<&str> = books
        .deals
        .iter()
        .filter(|deal| deal.originals.date.starts_with("2025-"))
        .filter_map(|deal| deal.id.get(..9))
        .collect();
    assert_eq!(starts, ["cmdlm9csn", "cmdlmak4l", "cmdlmw4oh", "cmdln06w1", "cmdlorqn0", "cmdloy2p3"]);
    let explained: Vec<&Finding> = findings.iter().filter(|f| f.code == "sourced-from-lots").collect();
    assert!(explained[0].examples[0].ends_with("cost 2801250.00, stored 2862600.00, difference 61350.00"));
    let per_code = |code: &str| books.lots.iter().filter(|lot| lot.product.code == code).count();
    assert_eq!(books.products.iter().map(|product| per_code(&product.described.code)).max(), Some(16));
}

const COUNTS: &[(&str, Option<&str>, usize)] = &[
    ("deal-date-iso", None, 6),
    ("lot-date-iso", None, 1),
    ("deal-date-text", None, 915),
    ("deal-instant", None, 54),
    ("deal-changed-later", None, 0),
    ("fraction-of-kg-sold", None, 0),
    ("sale-source-spelling", Some("New Material"), 2_894),
    ("sale-source-spelling", Some("From Inventory"), 199),
    ("sale-source-spelling", Some("new"), 22),
    ("sale-source-spelling", Some("inventory"), 1),
    ("delivery-terms", Some("delivered"), 2_180),
    ("delivery-terms", Some("pickup"), 936),
    ("warehouse", Some("Main Warehouse"), 1_549),
    ("warehouse", Some("Secondary Warehouse"), 1_546),
    ("warehouse", Some("(none)"), 19),
    ("warehouse", Some("bhiwandi"), 1),
    ("warehouse", Some("efgh"), 1),
    ("without-note", Some("saleComments"), 2_481),
    ("without-note", Some("purchaseComments"), 2_792),
    ("without-note", Some("finalComments"), 3_113),
    ("padded-note", Some("purchaseComments"), 1),
    ("deal-float-dust", None, 30),
    ("bought-nothing", None, 199),
    ("bought-more-than-sold", None, 877),
    ("bought-less-than-sold", None, 0),
    ("below-cost", None, 82),
    ("at-par", None, 1),
    ("doubled-deal", None, 0),
    ("sourced-from-lots", None, 1),
    ("orphan-customer", None, 5),
    ("orphan-customer-name", None, 5),
    ("orphan-supplier", None, 5),
    ("orphan-supplier-name", None, 3),
    ("orphan-product", None, 4),
    ("orphan-product-code", None, 4),
    ("multiple-suppliers", None, 1),
    ("test-deal", None, 5),
    ("deal-attribute-mismatch", None, 1),
    ("lot-attribute-mismatch", None, 3),
    ("distinct-in-deals", Some("customers"), 102),
    ("distinct-in-deals", Some("suppliers"), 89),
    ("distinct-in-deals", Some("products"), 319),
    ("zero-lot", None, 1),
    ("low-lot", None, 469),
    ("lot-float-dust", None, 552),
    ("placeholder-date", Some("2025-01-01"), 863),
    ("backfill-lot", None, 876),
    ("backfill-of-deal", None, 874),
    ("twin-lots", Some("as stored"), 355),
    ("twin-lots", Some("rounded"), 686),
    ("described-in-stock", None, 299),
    ("code-in-stock", None, 298),
    ("product-without-stock", None, 17),
    ("lot-of-unknown-product", None, 0),
    ("unfindable-lot", Some("slash"), 26),
    ("unfindable-lot", Some("percent"), 16),
    ("unfindable-lot", Some("empty grade"), 12),
    ("code-with-space", None, 16),
    ("code-with-slash", None, 2),
    ("lower-case-code", None, 1),
    ("company-with-slash", None, 2),
    ("grade-with-percent", None, 3),
    ("empty-grade", None, 2),
    ("shared-attributes", None, 37),
    ("product-source", None, 0),
    ("non-breaking-hyphen", None, 5),
    ("accented-name", None, 1),
    ("no-contact", None, 183),
];
