//! The real database, where it is: the whole move, and the reference totals.

use std::env::var_os;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use polyctl::migrate::run::import;

use crate::lists::lists_say_what_was_imported;
use crate::world::{Mortal, System, books, options};

/// `$POLYMER_LEGACY_DB`, or beside the workspace.
pub(crate) fn real_database() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/legacy/dev.db");
    let path = var_os("POLYMER_LEGACY_DB").map_or_else(beside, PathBuf::from);
    if !path.exists() {
        eprintln!("no real database at {}: skipped", path.display());
        return None;
    }
    Some(path)
}

#[tokio::test]
async fn the_real_data_moves_in_whole_although_the_first_run_is_killed() {
    let Some(path) = real_database() else { return };
    let (books, system) = (books(&path), System::new());
    let mortal = Mortal { contexts: &system.contexts, left: AtomicUsize::new(70), effect: true };
    assert!(import(&mortal, &books, &options()).await.is_err());
    let commits = system.contexts.commits();
    let rest = system.import(&books).await;
    assert!(rest.written() > 0 && rest.refused() == 0 && commits > 0);
    let (deals, lots) = (rest.of("deals"), rest.of("lots"));
    assert_eq!((deals.created + deals.unchanged, lots.created + lots.unchanged), (3_116, 1_744));
    assert_eq!(rest.of("products").created + rest.of("products").unchanged, 315 + 4);
    assert_eq!(system.customer.parties.lock().unwrap().len(), 97 + 86 + 5 + 3);
    assert_eq!(system.import(&books).await.written(), 0);

    let verdict = system.verify(&books).await;
    assert_eq!(verdict.mismatches, Vec::<String>::new());
    let (deals, stock) = (verdict.totals.deals, verdict.totals.stock);
    assert_eq!((deals.deals, stock.lots), (3_116, 1_744));
    assert_eq!(deals.quantity_kg.to_string(), "35220031.000");
    assert_eq!(deals.revenue_inr.to_string(), "3594720516.76");
    assert_eq!(deals.margin_as_stored().to_string(), "91036306.53");
    assert_eq!(deals.margin().to_string(), "91097656.53");
    assert_eq!(
        (stock.quantity_kg.to_string(), stock.value_inr.to_string()),
        ("5054049.800".into(), "501083733.34".into())
    );
    let worth = lists_say_what_was_imported(&books, system.contexts.inventory()).await;
    assert_eq!(worth, "5054049.800 kg, 501083733.34 INR");
}
