//! Whom one deal is told to besides the audiences.

use std::slice::from_ref;

use http_kit::testing::TestRequest;
use messaging::{BatchHandler as _, Envelope};
use serde_json::{Value, json};

use crate::world::{DEAL, PENDING, World, published};

const HAULIER: &str = "+919811111111";
const BROKER: &str = "+919822222222";

impl World {
    /// The deal of the example stands so; nothing is heard of it.
    fn stands(&self, status: &str) {
        let mut deal = published("deal", "confirmed");
        deal["status"] = json!(status);
        self.knows(deal);
    }

    /// Relays what was done, gives the facts about named recipients.
    async fn named(&self) -> Vec<Envelope> {
        let mut facts = self.relay().await;
        facts.retain(|fact| fact.fact_type == "notification.recipients-named");
        facts
    }

    /// What is planned for these phones, as `(phone, template)`.
    async fn told(&self) -> Vec<(String, String)> {
        let mut told = Vec::new();
        for order in self.orders().await {
            let shown = self.shown(&order).await;
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            assert_eq!(shown["dealId"], DEAL);
            told.push((text(&shown["recipient"]["phone"]), text(&shown["template"])));
        }
        told.sort();
        told
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(phone, template)| ((*phone).to_owned(), (*template).to_owned())).collect()
}

#[tokio::test]
async fn who_is_named_for_a_deal_that_waits_is_told_when_it_is_confirmed_and_when_it_is_called_off() {
    let world = World::new();
    world.stands("pending");
    assert_eq!(world.name_for(DEAL, 0, &[HAULIER, BROKER]).await.status(), 200);
    let facts = world.named().await;
    assert_eq!(facts.len(), 1);
    assert!(world.reactions.on_facts(&facts).await[0].is_ok());
    assert_eq!(world.told().await, []);

    world.decided("confirmed").await;
    let template = "deal-confirmed-additional";
    assert_eq!(world.told().await, pairs(&[(HAULIER, template), (BROKER, template)]));

    // The warehouse is none of their business; how it is delivered is, as often as it changes, and that the deal is off.
    world.decided_with("amended", &["warehouse"]).await;
    assert_eq!(world.told().await, []);
    for _ in 0..2 {
        world.decided_with("amended", &["deliveryTerms"]).await;
        let template = "deal-amended-additional";
        assert_eq!(world.told().await, pairs(&[(HAULIER, template), (BROKER, template)]));
    }
    world.decided("cancelled").await;
    let template = "deal-cancelled-additional";
    assert_eq!(world.told().await, pairs(&[(HAULIER, template), (BROKER, template)]));
}

#[tokio::test]
async fn who_is_named_for_a_deal_that_stands_is_told_at_once_without_rate_or_amount() {
    let world = World::new();
    world.stands("confirmed");
    assert_eq!(world.name_for(DEAL, 0, &[HAULIER]).await.status(), 200);
    let facts = world.named().await;
    assert!(!facts[0].data.to_string().contains("9811111111"), "{}", facts[0].data);
    assert!(world.reactions.on_facts(&facts).await[0].is_ok());
    let orders = world.orders().await;
    assert_eq!(orders.len(), 1);
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let text = &world.whatsapp.take_calls()[0].text;
    assert!(text.starts_with("📋 *DEAL DETAILS*") && text.contains("*Product:* TR131 - PP Raffia"), "{text}");
    let terms = &published("deal", "confirmed")["terms"];
    assert!(!text.contains(terms["ratePerKg"].as_str().unwrap()) && !text.contains('₹'), "{text}");
    let listed = world.get(&format!("/v1/notifications?dealId={DEAL}")).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["data"][0].get("audience"), None);
}

#[tokio::test]
async fn whichever_fact_is_heard_first_and_however_often_each_is_told_once() {
    for named_first in [true, false] {
        let world = World::new();
        world.stands("confirmed");
        assert_eq!(world.name_for(DEAL, 0, &[HAULIER]).await.status(), 200);
        let named = world.named().await.remove(0);
        let confirmed = world.envelope("deal.confirmed", published("deal", "confirmed"));
        let mut facts = vec![named.clone(), confirmed, named];
        if !named_first {
            facts.reverse();
            facts.rotate_left(1);
        }
        for fact in &facts {
            assert!(world.reactions.on_facts(from_ref(fact)).await[0].is_ok());
        }
        assert_eq!(world.told().await, pairs(&[(HAULIER, "deal-confirmed-additional")]));

        // Named again, with somebody else: only they are told.
        assert_eq!(world.name_for(DEAL, 1, &[BROKER, HAULIER]).await.status(), 200);
        let again = world.named().await;
        assert!(world.reactions.on_facts(&again).await[0].is_ok());
        assert_eq!(world.told().await, pairs(&[(BROKER, "deal-confirmed-additional")]));
    }
}

#[tokio::test]
async fn who_is_not_named_any_more_hears_nothing_further() {
    let world = World::new();
    world.stands("confirmed");
    world.name_for(DEAL, 0, &[HAULIER, BROKER]).await;
    let shown = world.name_for(DEAL, 1, &[BROKER]).await;
    assert_eq!((shown.status(), &shown.json()["version"]), (200, &json!(2)));
    let read = world.get(&format!("/v1/audiences/deals/{DEAL}")).await;
    assert_eq!(read["recipients"], json!([{ "name": "Haulier", "phone": BROKER, "channels": ["whatsapp"] }]));
    let cancelled = world.envelope("deal.cancelled", published("deal", "cancelled"));
    assert!(world.reactions.on_facts(&[cancelled]).await[0].is_ok());
    assert_eq!(world.told().await, pairs(&[(BROKER, "deal-cancelled-additional")]));
}

#[tokio::test]
async fn a_fact_about_nobody_or_published_again_or_unreadable_tells_nobody() {
    let world = World::new();
    world.stands("confirmed");
    world.name_for(DEAL, 0, &[HAULIER]).await;
    let mut again = world.named().await.remove(0);
    again.replay = true;
    assert!(world.reactions.on_facts(&[again]).await[0].is_ok());
    world.name_for(DEAL, 1, &[]).await;
    let nobody = world.named().await;
    assert!(world.reactions.on_facts(&nobody).await[0].is_ok());
    let unreadable = world.envelope("notification.recipients-named", json!({ "dealId": 7 }));
    assert!(world.reactions.on_facts(&[unreadable]).await[0].is_err());
    assert_eq!(world.told().await, []);
}

#[tokio::test]
async fn a_list_that_breaks_a_rule_or_belongs_to_no_living_deal_is_refused_and_not_kept() {
    let world = World::new();
    let unknown = world.name_for(PENDING, 0, &[HAULIER]).await;
    assert_eq!(unknown.status(), 404, "{}", unknown.json());
    for over in ["rejected", "cancelled"] {
        world.stands(over);
        assert_eq!(world.name_for(DEAL, 0, &[HAULIER]).await.status(), 409, "{over}");
    }
    world.stands("confirmed");
    let twice = world.name_for(DEAL, 0, &[HAULIER, BROKER, "+91 98111-11111", "12"]).await;
    assert_eq!(twice.status(), 422);
    assert_eq!(twice.json()["errors"][0]["pointer"], "/recipients/3/phone", "{}", twice.json());
    let twice = world.name_for(DEAL, 0, &[HAULIER, BROKER, "+91 98111-11111"]).await;
    assert_eq!(twice.json()["errors"][0]["pointer"], "/recipients/2/phone", "{}", twice.json());
    assert_eq!(world.name_for(DEAL, 7, &[HAULIER]).await.status(), 412);
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn another_firms_deal_cannot_be_told() {
    let world = World::new();
    world.stands("confirmed");
    let request = TestRequest::new("PUT".parse().unwrap(), &format!("/v1/audiences/deals/{DEAL}"));
    let body = json!({ "recipients": [{ "name": "Haulier", "phone": HAULIER }] });
    let asked = request.caller_of("other", "user_1", &["notification:tell"]).if_match(0).json(&body);
    assert_eq!(world.send_bare(asked).await.status(), 404);
    assert!(world.log.streams().is_empty());
}
