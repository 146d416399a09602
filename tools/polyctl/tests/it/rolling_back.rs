//! Taking an import back.

use deal::commands::{SaleSource, amend_deal};
use deal_domain::DealId;
use deal_domain::deal::CommentsPatch;
use event_store::Request;
use kernel::{Actor, Provenance};
use polyctl::contexts::{Context, Contexts as _};
use polyctl::migrate::rollback::{Withdrawn, withdraw};
use polyctl::upkeep::fsck::check;
use serde_json::json;

use crate::world::{Old, System, options, tenant};

impl System {
    async fn roll_back(&self, old: &Old, dry_run: bool) -> Withdrawn {
        withdraw(&self.contexts, &old.books(), &options(), dry_run).await.unwrap()
    }

    /// How many deals and lots the lists have that came from the old system.
    async fn listed(&self) -> (usize, usize) {
        let count = async |context, event: serde_json::Value| {
            let (mut found, mut after) = (0, serde_json::Value::Null);
            loop {
                let mut event = event.clone();
                event["after"] = after;
                let answer = self.contexts.ask(context, &event).await.unwrap();
                found += answer["ids"].as_object().unwrap().len();
                after = answer["next"].clone();
                if after.is_null() {
                    return found;
                }
            }
        };
        (
            count(Context::Deal, json!({ "kind": "imported", "tenant": "main" })).await,
            count(Context::Inventory, json!({ "kind": "imported", "tenant": "main", "of": "lots" })).await,
        )
    }
}

fn request() -> Request {
    Request::new(Provenance {
        tenant: tenant(),
        actor: Actor::system("test"),
        correlation: "c-1".parse().unwrap(),
        causation: None,
        traceparent: None,
    })
}

#[tokio::test]
async fn an_import_that_nothing_was_built_upon_is_gone_and_comes_back() {
    let (old, system) = (Old::new(), System::new());
    let books = old.books();
    system.import(&books).await;
    let commits = system.contexts.commits();
    let dry = system.roll_back(&old, true).await;
    assert_eq!((dry.of("deals").withdrawn, dry.of("lots").withdrawn), (books.deals.len(), books.lots.len()));
    assert_eq!(system.contexts.commits(), commits, "a dry run writes nothing");

    let withdrawn = system.roll_back(&old, false).await;
    assert_eq!(withdrawn, dry);
    assert_eq!(system.listed().await, (0, 0));
    let everything = deal::queries::DealFilter::default();
    assert_eq!(deal::queries::total(system.contexts.deals(), &everything).await.unwrap(), 0);
    for context in [Context::Deal, Context::Inventory] {
        let checked = check(&system.contexts, context).await.unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }
    let commits = system.contexts.commits();
    let again = system.roll_back(&old, false).await;
    assert_eq!(
        (again.of("deals").unchanged, again.of("lots").unchanged),
        (books.deals.len(), books.lots.len())
    );
    assert_eq!(system.contexts.commits(), commits, "a second rollback changes nothing");

    let back = system.import(&books).await;
    assert_eq!((back.of("deals").changed, back.of("lots").changed), (books.deals.len(), books.lots.len()));
    assert_eq!(system.verify(&books).await.mismatches, Vec::<String>::new());
    assert_eq!(system.import(&books).await.written(), 0);
}

#[tokio::test]
async fn what_is_built_upon_is_named_and_kept() {
    let (old, system) = (Old::new(), System::new());
    let books = old.books();
    system.import(&books).await;
    let lot = books.lots.iter().find(|lot| lot.quantity.grams() > 2_000_000).unwrap();
    let id = system.lot(&lot.product.code, &lot.id).await;
    let quantity_kg = "1500.5".parse().unwrap();
    let sold = system
        .sell("Ivory", &lot.product.code, "1500.5", vec![SaleSource::Lot { lot_id: id, quantity_kg }])
        .await;
    assert_eq!(sold.status, "confirmed");
    let noted = &books.deals[0].id;
    let patch = CommentsPatch { last: Some(Some("paid".to_owned())), ..CommentsPatch::default() };
    let deal = DealId::imported(&tenant(), noted);
    amend_deal(system.contexts.deals(), &request(), deal, patch.into()).await.unwrap();

    let withdrawn = system.roll_back(&old, false).await;
    let (deals, lots) = (withdrawn.of("deals"), withdrawn.of("lots"));
    assert_eq!((deals.kept.len(), lots.kept.len(), withdrawn.kept()), (1, 1, 2), "{withdrawn:?}");
    assert_eq!((&deals.kept[0].0, &lots.kept[0].0), (noted, &lot.id));
    assert!(deals.kept[0].1.contains("amended") && lots.kept[0].1.contains("drawn upon"), "{withdrawn:?}");
    assert_eq!(system.listed().await, (1, 1));
    assert_eq!(system.import(&books).await.refused(), 0);
    assert_eq!(system.listed().await, (books.deals.len(), books.lots.len()));
}

#[tokio::test]
async fn rows_that_never_moved_in_are_absent() {
    let (old, system) = (Old::new(), System::new());
    let withdrawn = system.roll_back(&old, false).await;
    assert_eq!((withdrawn.of("deals").absent, withdrawn.kept()), (old.books().deals.len(), 0));
    assert_eq!(system.contexts.commits(), 0);
}
