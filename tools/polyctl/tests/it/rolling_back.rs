//! Taking an import back.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deal::commands::{SaleSource, amend_deal};
use deal_domain::DealId;
use deal_domain::deal::CommentsPatch;
use directory::Reference;
use event_store::Request;
use kernel::{Actor, Provenance};
use legacy::Books;
use polyctl::contexts::{AskError, Context, Contexts};
use polyctl::migrate::rollback::{Fates, Withdrawn, withdraw};
use polyctl::migrate::run::{Options, import};
use polyctl::upkeep::fsck::check;
use serde_json::{Value, json};

use crate::world::{Old, System, options, tenant};

const KINDS: [&str; 4] = ["deals", "lots", "products", "parties"];

impl System {
    async fn roll_back(&self, old: &Old, dry_run: bool) -> Withdrawn {
        withdraw(&self.contexts, &old.books(), &options(), dry_run).await.unwrap()
    }

    /// How many entries a list has that came from the old system.
    async fn listed(&self, context: Context, of: &str, entries: &str) -> usize {
        let (mut found, mut after) = (0, Value::Null);
        loop {
            let mut event = json!({ "kind": "imported", "tenant": "main", "after": after });
            if context != Context::Deal {
                event["of"] = json!(of);
            }
            let answer = self.contexts.ask(context, &event).await.unwrap();
            let of_page = &answer[entries];
            found += of_page.as_object().map_or_else(|| of_page.as_array().unwrap().len(), |ids| ids.len());
            after = answer["next"].clone();
            if after.is_null() {
                return found;
            }
        }
    }

    /// How many deals, lots, products and parties the lists have that came from the old system.
    async fn everything(&self) -> [usize; 4] {
        [
            self.listed(Context::Deal, "deals", "ids").await,
            self.listed(Context::Inventory, "lots", "ids").await,
            self.listed(Context::Inventory, "products", "ids").await,
            self.listed(Context::Customer, "parties", "rows").await,
        ]
    }

    async fn is_clean(&self) {
        for context in [Context::Deal, Context::Inventory, Context::Customer] {
            let checked = check(&self.contexts, context).await.unwrap();
            assert!(checked.differences.is_empty(), "{:?}", checked.differences);
            assert!(checked.streams > 0);
        }
    }

    /// Whether the customer context knows a party by this name.
    async fn knows(&self, name: &str) -> bool {
        let answer = self.contexts.ask(Context::Customer, &json!({ "kind": "resolve", "party": name })).await;
        answer.unwrap()["answer"] == "found"
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

fn in_order<T>(of: impl Fn(&str) -> T) -> [T; 4] {
    KINDS.map(of)
}

fn reason<'f>(fates: &'f Fates, id: &str) -> &'f str {
    let found = fates.kept.iter().find(|(kept, _)| kept == id);
    assert!(found.is_some(), "{id} was not kept: {:?}", fates.kept);
    &found.unwrap().1
}

#[tokio::test]
async fn an_import_that_nothing_was_built_upon_is_gone_and_comes_back() {
    let (old, system) = (Old::new(), System::whole());
    let books = old.books();
    let first = system.import(&books).await;
    assert_eq!(first.refused(), 0);
    let rows = in_order(|kind| first.of(kind).created);
    let listed = system.everything().await;
    assert!(listed.iter().all(|entries| *entries > 0), "{listed:?}");
    let totals = system.verify(&books).await.totals;
    let commits = system.contexts.commits();
    let dry = system.roll_back(&old, true).await;
    assert_eq!((in_order(|kind| dry.of(kind).withdrawn), dry.kept()), (rows, 0), "{dry:?}");
    assert_eq!(system.contexts.commits(), commits, "a dry run writes nothing");

    let withdrawn = system.roll_back(&old, false).await;
    assert_eq!(withdrawn, dry);
    assert_eq!(system.everything().await, [0; 4]);
    let everything = deal::queries::DealFilter::default();
    assert_eq!(deal::queries::total(system.contexts.deals(), &everything).await.unwrap(), 0);
    let stock = system.contexts.ask(Context::Inventory, &json!({ "kind": "stock", "tenant": "main" })).await;
    assert_eq!(stock.unwrap()["rows"], json!([]));
    assert!(!system.knows(&books.deals[0].customer).await);
    system.is_clean().await;
    let commits = system.contexts.commits();
    let again = system.roll_back(&old, false).await;
    assert_eq!(in_order(|kind| again.of(kind).unchanged), rows);
    assert_eq!(system.contexts.commits(), commits, "a second rollback changes nothing");

    let back = system.import(&books).await;
    assert_eq!((in_order(|kind| back.of(kind).changed), back.refused()), (rows, 0));
    let verdict = system.verify(&books).await;
    assert_eq!((verdict.mismatches, verdict.totals), (Vec::<String>::new(), totals));
    assert_eq!(system.everything().await, listed);
    system.is_clean().await;
    assert_eq!(system.import(&books).await.written(), 0);
}

#[tokio::test]
async fn what_is_built_upon_is_named_and_kept() {
    let (old, system) = (Old::new(), System::whole());
    let books = old.books();
    system.import(&books).await;
    let lot = books.lots.iter().find(|lot| lot.quantity.grams() > 2_000_000).unwrap();
    let id = system.lot(&lot.product.code, &lot.id).await;
    let quantity_kg = "1500.5".parse().unwrap();
    let buyer = &books.deals.iter().find(|deal| deal.customer != lot.supplier).unwrap().customer;
    let sold = system
        .sell(buyer, &lot.product.code, "1500.5", vec![SaleSource::Lot { lot_id: id, quantity_kg }])
        .await;
    assert_eq!(sold.status, "confirmed");
    let noted = books.deals.iter().find(|deal| deal.product.code != lot.product.code).unwrap();
    let patch = CommentsPatch { last: Some(Some("paid".to_owned())), ..CommentsPatch::default() };
    let deal = DealId::imported(&tenant(), &noted.id);
    amend_deal(system.contexts.deals(), &request(), deal, patch.into()).await.unwrap();

    let dry = system.roll_back(&old, true).await;
    let withdrawn = system.roll_back(&old, false).await;
    assert_eq!(withdrawn, dry);
    let [deals, lots, products, parties] = in_order(|kind| withdrawn.of(kind));
    assert_eq!((deals.kept.len(), lots.kept.len(), products.kept.len()), (1, 1, 2), "{withdrawn:?}");
    assert!(reason(&deals, &noted.id).contains("amended"), "{withdrawn:?}");
    assert!(reason(&lots, &lot.id).contains("drawn upon"), "{withdrawn:?}");
    assert!(reason(&products, &lot.product.code).contains("lots that stand here: 1"), "{withdrawn:?}");
    assert!(reason(&products, &noted.product.code).contains(&format!("the deal {} is kept", noted.id)));
    assert!(reason(&parties, &lot.supplier).contains("lots that stand name the party: 1"), "{withdrawn:?}");
    for party in [buyer, &noted.customer] {
        let told = reason(&parties, party);
        assert!(
            told.contains("deals that stand name the party") || *party == lot.supplier,
            "{party}: {told}"
        );
    }
    let kept: BTreeSet<&str> = parties.kept.iter().map(|(name, _)| name.as_str()).collect();
    for name in &kept {
        assert!(system.knows(name).await, "{name}");
    }
    assert_eq!(system.everything().await, [1, 1, 2, kept.len()]);
    system.is_clean().await;
    let back = system.import(&books).await;
    assert_eq!(back.refused(), 0);
    assert_eq!(system.everything().await[..2], [books.deals.len(), books.lots.len()]);
}

#[tokio::test]
async fn a_product_and_a_party_that_people_changed_are_kept() {
    let (old, system) = (Old::new(), System::whole());
    let books = old.books();
    system.import(&books).await;
    let inventory = system.contexts.inventory();
    let code = &books.products[0].described.code;
    let product = inventory_domain::ProductId::of(&tenant(), &code.parse().unwrap());
    let change = inventory_domain::product::AttributesChange {
        min_stock: Some("500".parse().unwrap()),
        ..Default::default()
    };
    inventory::commands::change_product(inventory, &request(), product, change).await.unwrap();
    let name = &books.deals[0].customer;
    let customers = system.contexts.customers().unwrap();
    let found = customers.find_by_name(&name.parse().unwrap()).await.unwrap().unwrap();
    let change = customer::commands::PartyChange { active: Some(false), ..Default::default() };
    customer::commands::change_party(customers, request(), found.id, change).await.unwrap();

    let withdrawn = system.roll_back(&old, false).await;
    assert_eq!(withdrawn.kept(), 2, "{withdrawn:?}");
    assert!(reason(&withdrawn.of("products"), code).contains("changed here"));
    assert!(reason(&withdrawn.of("parties"), name).contains("changed here"));
    assert_eq!(system.everything().await, [0, 0, 1, 1]);
    assert!(system.knows(name).await);
}

#[tokio::test]
async fn who_was_taken_back_is_nobody_for_a_new_deal_until_he_is_entered_again() {
    let (old, system) = (Old::new(), System::whole());
    let books = old.books();
    system.import(&books).await;
    let name = &books.deals[0].customer;
    let by = request().provenance;
    let asked = [Reference::Name(name.parse().unwrap())];
    let parties = &system.contexts.deals().parties;
    let known = parties.find(&by, &asked).await.unwrap();
    assert!(matches!(known[0], directory::Answer::Known(_)), "{known:?}");
    system.roll_back(&old, false).await;
    let unknown = parties.find(&by, &asked).await.unwrap();
    assert!(matches!(unknown[0], directory::Answer::Unknown(_)), "{unknown:?}");
    system.import(&books).await;
    assert_eq!(parties.find(&by, &asked).await.unwrap(), known);
}

/// Contexts of which the customer context hears that deals were taken back only after so many questions to it.
struct Lagging<'a> {
    system: &'a System,
    after: usize,
    looks: AtomicUsize,
    unheard: Mutex<Vec<Value>>,
}

impl<'a> Lagging<'a> {
    fn by(after: usize, system: &'a System) -> Self {
        Self { system, after, looks: AtomicUsize::new(0), unheard: Mutex::default() }
    }
}

#[async_trait::async_trait]
impl Contexts for Lagging<'_> {
    async fn ask(&self, context: Context, event: &Value) -> Result<Value, AskError> {
        let mut event = event.clone();
        let of_deals = context == Context::Deal && event["kind"] == "withdraw-imports";
        if of_deals && event["dryRun"] == json!(false) {
            self.unheard.lock().unwrap().push(event.clone());
            event["dryRun"] = json!(true);
        }
        // The second look at parties hears of the deals.
        if context == Context::Customer && self.looks.fetch_add(1, Ordering::SeqCst) >= self.after {
            let unheard = std::mem::take(&mut *self.unheard.lock().unwrap());
            for event in unheard {
                self.system.contexts.ask(Context::Deal, &event).await?;
            }
        }
        self.system.contexts.ask(context, &event).await
    }
}

#[tokio::test]
async fn a_party_whose_deals_are_gone_and_not_heard_of_yet_is_taken_by_the_next_run() {
    let (old, system) = (Old::new(), System::whole());
    let books = old.books();
    system.import(&books).await;
    let lagging = Lagging::by(usize::MAX, &system);
    let first = withdraw(&lagging, &books, &options(), false).await.unwrap();
    let parties = first.of("parties");
    assert!(reason(&parties, &books.deals[0].customer).contains("not been heard yet"), "{parties:?}");
    assert!(parties.kept.iter().all(|(_, reason)| reason.contains("run again")), "{parties:?}");
    assert_eq!(first.kept(), parties.kept.len(), "nothing else is kept");
    let second = system.roll_back(&old, false).await;
    assert_eq!((second.kept(), second.of("parties").withdrawn), (0, parties.kept.len()));
    assert_eq!(system.everything().await, [0; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_waits_until_the_customer_context_has_heard_that_deals_are_gone() {
    let (old, system) = (Old::new(), System::whole());
    let books = old.books();
    system.import(&books).await;
    let lagging = Lagging::by(8, &system);
    let patient = Options { patience: Duration::from_secs(120), ..options() };
    let withdrawn = withdraw(&lagging, &books, &patient, false).await.unwrap();
    assert_eq!((withdrawn.kept(), lagging.unheard.lock().unwrap().len()), (0, 0), "{withdrawn:?}");
    assert!(lagging.looks.load(Ordering::SeqCst) > 8);
    assert_eq!(system.everything().await, [0; 4]);
}

#[tokio::test]
async fn without_a_customer_context_parties_are_left_out() {
    let old = Old::new();
    let contexts = polyctl::contexts::InProcess::new(&tenant());
    let options = Options { parties: false, ..options() };
    let books: Books = old.books();
    import(&contexts, &books, &options).await.unwrap();
    let withdrawn = withdraw(&contexts, &books, &options, false).await.unwrap();
    assert_eq!((withdrawn.fates.len(), withdrawn.kept()), (3, 0), "{withdrawn:?}");
}

#[tokio::test]
async fn rows_that_never_moved_in_are_absent() {
    let (old, system) = (Old::new(), System::whole());
    let withdrawn = system.roll_back(&old, false).await;
    assert_eq!((withdrawn.of("deals").absent, withdrawn.kept()), (old.books().deals.len(), 0));
    assert!(in_order(|kind| withdrawn.of(kind).absent).iter().all(|rows| *rows > 0), "{withdrawn:?}");
    assert_eq!(system.contexts.commits(), 0);
}
