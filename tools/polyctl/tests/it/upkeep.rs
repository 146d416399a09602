//! Rebuilding and checking on a fixture that was moved in.

use polyctl::contexts::Context;
use polyctl::upkeep::fsck::check;
use polyctl::upkeep::replay::{Order, rebuild};
use polyctl::upkeep::views::drop_generation;

use crate::world::{Old, System};

fn order(context: Context, view: &str, into: &str) -> Order {
    Order {
        context,
        view: view.to_owned(),
        into: into.to_owned(),
        from: None,
        rate: None,
        dry_run: false,
        accept_differences: false,
    }
}

#[tokio::test]
async fn what_moved_in_is_clean_before_and_after_every_view_was_rebuilt() {
    let (old, system) = (Old::new(), System::new());
    let books = old.books();
    system.import(&books).await;
    let (deals, lots) = (books.deals.len() as u64, books.lots.len() as u64);
    for (context, view, rows) in [
        (Context::Deal, "deals", deals),
        (Context::Deal, "figures", deals),
        (Context::Inventory, "lots", lots),
        (Context::Inventory, "products", books.products.len() as u64 + 4),
    ] {
        let dry = Order { dry_run: true, ..order(context, view, "v2") };
        let counted = rebuild(&system.contexts, &dry).await.unwrap();
        assert_eq!((counted.rows, counted.compared), (rows, None), "{view}");
        let rebuilt = rebuild(&system.contexts, &order(context, view, "v2")).await.unwrap();
        let [live, into] = rebuilt.compared.unwrap();
        assert_eq!(
            (rebuilt.rows, into.rows, rebuilt.before.as_deref()),
            (rows, rows, Some("first")),
            "{view}"
        );
        assert_eq!(live, into, "{view}");
        assert!(drop_generation(&system.contexts, context, view, "v2").await.is_err(), "it is read");
    }
    for context in [Context::Deal, Context::Inventory] {
        let checked = check(&system.contexts, context).await.unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
        assert!(checked.streams > 0 && checked.rows > checked.streams);
    }
    assert_eq!(system.verify(&books).await.mismatches, Vec::<String>::new());
}

#[tokio::test]
async fn a_view_of_facts_is_refused_with_the_reason() {
    let system = System::new();
    let refused = rebuild(&system.contexts, &order(Context::Deal, "catalogue", "v2")).await.unwrap_err();
    assert!(refused.to_string().contains("cannot be rebuilt here"), "{refused}");
}
