//! The way back: deals made here, on imported stock, in a copy of the old database.

use deal::commands::{Missing, Sale, SaleSource, register_deal};
use deal::deal_view::DealView;
use deal::ports::ProductName;
use deal::queries::deal;
use deal_domain::{Comments, DealId, DeliveryTerms, LotId};
use directory::Reference;
use event_store::Request;
use kernel::{Actor, Provenance};
use legacy::write_back::{WriteBackError, write_back};
use legacy::{Database, totals};
use polyctl::contexts::{Context, Contexts as _};
use polyctl::migrate::export::{changes, differences};
use serde_json::json;

use crate::world::{Old, System, books, options, tenant};

impl System {
    /// Registers a deal as the API does; it is decided when this returns.
    pub(crate) async fn sell(
        &self,
        customer: &str,
        code: &str,
        quantity: &str,
        sources: Vec<SaleSource>,
    ) -> DealView {
        let deals = self.contexts.deals();
        let provenance = Provenance {
            tenant: tenant(),
            actor: Actor::system("test"),
            correlation: "c-1".parse().unwrap(),
            causation: None,
            traceparent: None,
        };
        let sale = Sale {
            date: "2025-08-02".parse().unwrap(),
            customer: Reference::Name(customer.parse().unwrap()),
            product: ProductName::Code(code.to_owned()),
            quantity: quantity.parse().unwrap(),
            rate: "131.25".parse().unwrap(),
            delivery_terms: DeliveryTerms::Pickup,
            warehouse: None,
            comments: Comments::default(),
            sources,
        };
        let id = DealId::new(deals.ids.uuid());
        register_deal(deals, &Request::new(provenance), id, sale, Missing::Create).await.unwrap();
        deal(deals, id).await.unwrap().unwrap()
    }

    /// The imported lot with this old identity.
    pub(crate) async fn lot(&self, code: &str, legacy_id: &str) -> LotId {
        let question = json!({ "kind": "imported", "tenant": "main", "of": "stock", "productCodes": [code] });
        let answer = self.contexts.ask(Context::Inventory, &question).await.unwrap();
        let lots = answer["rows"][0]["lots"].as_array().unwrap();
        let found = lots.iter().find(|lot| lot["legacyId"] == legacy_id).unwrap();
        found["id"].as_str().unwrap().parse().unwrap()
    }
}

fn purchase(quantity: &str) -> SaleSource {
    SaleSource::Purchase {
        supplier: Reference::Name("Quite New Resins".parse().unwrap()),
        quantity_kg: quantity.parse().unwrap(),
        rate_per_kg: "92.5".parse().unwrap(),
        warehouse: None,
    }
}

#[tokio::test]
async fn deals_made_here_and_what_is_left_in_stock_are_in_the_copy() {
    let (old, system) = (Old::new(), System::new());
    let before = old.books();
    system.import(&before).await;
    let lot = before.lots.iter().find(|lot| lot.quantity.grams() > 2_000_000).unwrap();
    let id = system.lot(&lot.product.code, &lot.id).await;
    let from_lot = || SaleSource::Lot { lot_id: id, quantity_kg: "1500.5".parse().unwrap() };
    let mixed = system.sell("Ivory", &lot.product.code, "2000", vec![from_lot(), purchase("700")]).await;
    assert_eq!(mixed.status, "confirmed", "{mixed:?}");
    assert_eq!(mixed.sources[0].rate_per_kg, Some(lot.rate), "costed by the imported lot");
    let bought = system.sell("Ivory", "hkr102", "1000", vec![purchase("1250.25")]).await;
    assert_eq!(bought.status, "confirmed");
    let short = system.sell(
        "Ivory",
        &lot.product.code,
        "100000",
        vec![SaleSource::Lot { lot_id: id, quantity_kg: "100000".parse().unwrap() }],
    );
    assert_eq!(short.await.status, "rejected");

    let changes = changes(&system.contexts, &before, &options()).await.unwrap();
    assert_eq!((changes.new.deals.len(), changes.new.sources.len(), changes.new.lots.len()), (2, 2, 2));
    let out = old.path.with_file_name("back.db");
    write_back(&Database::open(&old.path).unwrap(), &out, &changes).unwrap();
    let copy = books(&out);
    assert_eq!(differences(&before, &changes, &copy), Vec::<String>::new());

    let (then, now) = (totals::of(&before), totals::of(&copy));
    assert_eq!(now.deals.deals - then.deals.deals, 2);
    assert_eq!(now.deals.revenue_inr - then.deals.revenue_inr, mixed.revenue_inr + bought.revenue_inr);
    let cost = mixed.cost_inr.unwrap() + bought.cost_inr.unwrap();
    assert_eq!(now.deals.cost_inr - then.deals.cost_inr, cost);
    let left = now.stock.quantity_kg.checked_sub(then.stock.quantity_kg).unwrap();
    assert_eq!(left.to_string(), "-1049.750", "1500.5 kg gone, 200.5 and 250.25 kg left over");
    assert!(copy.parties.iter().any(|party| party.name == "Quite New Resins"));
    assert_eq!(old.books(), before, "the original stays as it is");

    // The copy moves in again like any other old database.
    let again = System::new();
    again.import(&copy).await;
    assert_eq!(again.verify(&copy).await.mismatches, Vec::<String>::new());
}

#[tokio::test]
async fn without_anything_made_here_the_copy_is_the_old_database() {
    let (old, system) = (Old::new(), System::new());
    let before = old.books();
    system.import(&before).await;
    let changes = changes(&system.contexts, &before, &options()).await.unwrap();
    let out = old.path.with_file_name("back.db");
    let database = Database::open(&old.path).unwrap();
    write_back(&database, &out, &changes).unwrap();
    assert_eq!(books(&out), before);
    assert!(matches!(write_back(&database, &out, &changes), Err(WriteBackError::Exists(_))));
}
