//! The move on a fixture: whole, repeated, killed, night after night.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use legacy::totals;
use polyctl::contexts::{AskError, Context, Contexts};
use polyctl::migrate::run::{Options, import};
use polyctl::migrate::verify::verify;
use serde_json::{Value, json};

use crate::world::{self, Mortal, Old, System, options};

#[tokio::test]
async fn everything_moves_in_and_nothing_differs() {
    let (old, system) = (Old::new(), System::new());
    let books = old.books();
    let report = system.import(&books).await;
    assert_eq!(report.of("deals").created, books.deals.len());
    assert_eq!(report.of("lots").created, books.lots.len());
    assert_eq!(report.of("products").created, books.products.len() + 4);
    assert_eq!(report.refused(), 0, "{report:?}");
    let verdict = system.verify(&books).await;
    assert_eq!((verdict.mismatches, verdict.notes), (vec![], vec![]));
    assert_eq!(verdict.compared.deals, books.deals.len());
    assert!(verdict.compared.sums > 100);
}

/// Contexts whose lists show nothing to the first questions.
struct Slow<'a> {
    system: &'a System,
    left: AtomicUsize,
}

#[async_trait::async_trait]
impl Contexts for Slow<'_> {
    async fn ask(&self, context: Context, event: &Value) -> Result<Value, AskError> {
        let of_log = event["legacyIds"].is_array() || event["productCodes"].is_array();
        let one_less = |left: usize| left.checked_sub(1);
        if event["kind"] == "imported"
            && !of_log
            && self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
        {
            return Ok(json!({ "ids": {}, "rows": [], "next": null }));
        }
        self.system.contexts.ask(context, event).await
    }
}

#[tokio::test(start_paused = true)]
async fn lists_that_lag_are_waited_for_and_what_they_never_show_is_told() {
    let (old, system) = (Old::new(), System::new());
    let books = old.books();
    system.import(&books).await;
    let patient = Options { patience: Duration::from_secs(120), ..options() };
    // Four lists are looked at each time.
    let slow = Slow { system: &system, left: AtomicUsize::new(4 * 10) };
    let waited = verify(&slow, &books, &patient).await.unwrap();
    assert_eq!((waited.mismatches, waited.notes), (vec![], vec![]));
    let never = Slow { system: &system, left: AtomicUsize::new(usize::MAX) };
    let told = verify(&never, &books, &patient).await.unwrap();
    assert!(told.mismatches.iter().all(|line| line.starts_with("party ")), "{:?}", told.mismatches);
    assert_eq!(told.mismatches.len(), told.compared.parties);
    assert_eq!(told.notes.len(), 3, "{:?}", told.notes);
}

#[tokio::test]
async fn whoever_a_lot_or_a_deal_names_is_the_party_that_moved_in() {
    let (old, system) = (Old::new(), System::new());
    system.import(&old.books()).await;
    let mut seen = 0;
    for (context, rows) in system.contexts.rows() {
        for row in rows.iter().filter_map(|row| serde_json::from_str::<Value>(&row.body).ok()) {
            let named = row["sources"].as_array().into_iter().flatten().chain([&row]);
            for (name, id) in [("supplier", "supplierId"), ("customer", "customerId")] {
                for party in
                    named.clone().filter(|party| party[name].is_string() && row["legacyId"].is_string())
                {
                    let id = party[id].as_str().unwrap_or_else(|| panic!("{context}: {party}"));
                    assert_eq!(id, world::party(party[name].as_str().unwrap()), "{party}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[tokio::test]
async fn a_second_run_changes_no_stream() {
    let (old, system) = (Old::new(), System::new());
    let books = old.books();
    system.import(&books).await;
    let commits = system.contexts.commits();
    let again = system.import(&books).await;
    assert_eq!((again.written(), again.refused()), (0, 0), "{again:?}");
    assert_eq!(system.contexts.commits(), commits);
}

#[tokio::test]
async fn a_run_killed_anywhere_goes_on_where_it_stopped() {
    let old = Old::new();
    let books = old.books();
    for invocations in [0, 1, 2, 3, 5, 8, 11] {
        for effect in [false, true] {
            let system = System::new();
            let left = AtomicUsize::new(invocations);
            let mortal = Mortal { contexts: &system.contexts, left, effect };
            assert!(import(&mortal, &books, &options()).await.is_err());
            let rest = system.import(&books).await;
            assert_eq!(rest.refused(), 0);
            assert_eq!(rest.of("deals").changed + rest.of("lots").changed, 0);
            let verdict = system.verify(&books).await;
            assert_eq!(verdict.mismatches, Vec::<String>::new(), "killed after {invocations}");
            assert_eq!(system.import(&books).await.written(), 0);
        }
    }
}

#[tokio::test]
async fn the_next_night_only_what_changed_is_picked_up() {
    let (old, system) = (Old::new(), System::new());
    system.import(&old.books()).await;
    old.sql(
        "UPDATE deals SET saleRate = saleRate + 1, finalComments = 'corrected' WHERE id = (SELECT min(id) FROM deals);
         UPDATE inventory SET quantity = quantity - 100.5 WHERE id = (SELECT id FROM inventory WHERE quantity > 1000 LIMIT 1);
         UPDATE products SET company = 'Opal' WHERE productCode = 'hkr102';
         INSERT INTO deals SELECT 'cnew', date, saleParty, quantitySold, saleRate, deliveryTerms, productCode, grade,
             company, specificGrade, saleSource, purchaseParty, purchaseQuantity, purchaseRate, NULL, NULL, NULL, NULL,
             createdAt, updatedAt FROM deals WHERE id = (SELECT max(id) FROM deals);",
    );
    let books = old.books();
    let before = system.verify(&books).await;
    for part in [
        "deal cnew: is missing",
        "quantity is",
        "rate is",
        "final comments is",
        "company is",
        "deals in all: revenue",
    ] {
        assert!(before.mismatches.iter().any(|line| line.contains(part)), "{part} {:?}", before.mismatches);
    }
    let commits = system.contexts.commits();
    let report = system.import(&books).await;
    assert_eq!((report.of("deals").created, report.of("deals").changed), (1, 1));
    assert_eq!((report.of("lots").changed, report.of("products").changed), (1, 1));
    assert_eq!(system.contexts.commits(), commits + 4);
    assert_eq!(system.verify(&books).await.mismatches, Vec::<String>::new());
}

#[tokio::test]
async fn without_backfill_the_stock_is_what_is_really_there() {
    let old = Old::new();
    let expected = totals::of(&old.books()).stock_without_backfill;
    let system = System::new();
    let books = old.books().without_backfill();
    system.import(&books).await;
    let verdict = system.verify(&books).await;
    assert_eq!((verdict.mismatches, verdict.totals.stock), (vec![], expected));
}

#[tokio::test]
async fn lots_of_an_earlier_faithful_import_are_not_overlooked() {
    let (old, system) = (Old::new(), System::new());
    let all = old.books();
    system.import(&all).await;
    let verdict = system.verify(&all.clone().without_backfill()).await;
    let surplus =
        verdict.mismatches.iter().filter(|line| line.contains("not among what is compared")).count();
    assert_eq!(surplus, all.lots.iter().filter(|lot| lot.is_backfill()).count());
    assert!(verdict.mismatches.iter().any(|line| line.starts_with("stock in all: kg")));
}

#[tokio::test]
async fn one_name_is_one_party_and_a_name_without_a_list_is_inactive() {
    let (old, system) = (Old::new(), System::new());
    old.sql("INSERT INTO purchase_parties (id, partyName, phone) SELECT 'c1', partyName, '98200 12345' FROM sale_parties LIMIT 1");
    let books = old.books();
    system.import(&books).await;
    let parties = system.customer.parties.lock().unwrap().clone();
    let both = parties.values().find(|party| party["phone"] == "98200 12345").unwrap();
    assert_eq!((&both["roles"], &both["active"]), (&json!(["customer", "supplier"]), &json!(true)));
    assert_eq!(both["legacyIds"].as_array().unwrap().len(), 2);
    let orphan = &parties["Test Customer ABC"];
    assert_eq!((&orphan["roles"], &orphan["active"]), (&json!(["customer"]), &json!(false)));
    assert_eq!(orphan["legacyIds"], json!(["deals.saleParty:Test Customer ABC"]));
    assert_eq!(parties.len(), books.parties.len() - 1 + 5 + 3);
}

#[tokio::test]
async fn what_a_context_refuses_is_told_and_the_rest_moves_in() {
    let (old, system) = (Old::new(), System::new());
    system.import(&old.books()).await;
    old.sql("UPDATE deals SET date = '02-01-2023' WHERE id = (SELECT min(id) FROM deals)");
    old.sql("UPDATE inventory SET rate = rate + 1 WHERE id = (SELECT min(id) FROM inventory)");
    let report = system.import(&old.books()).await;
    let (deals, lots) = (report.of("deals"), report.of("lots"));
    assert_eq!((deals.refused.len(), lots.refused.len()), (1, 1), "{report:?}");
    assert!(deals.refused[0].1.contains("another date") && lots.refused[0].1.contains("another rate"));
}
