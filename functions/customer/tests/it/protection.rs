//! Personal data: sealed at rest, erased for good, keys rotated.

use std::sync::Arc;

use async_trait::async_trait;
use customer::adapters::MemoryVault;
use customer::ports::{KeyVault, Purpose, VaultError, WrappedKey};
use customer::vault::{DataKey, KeyRing};
use customer_domain::PartyId;
use customer_domain::party::{Event, Party};
use event_store::Ops as _;
use event_store::ops::MemoryOps;
use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{SECRETS, World};

/// Everything that is stored, as text, and what was published.
async fn everything_at_rest(world: &World) -> String {
    let published = world.relay_all().await;
    format!("{:?} {:?} {:?} {:?}", world.log.streams(), world.views.rows(), world.ops.items(), published)
}

fn secrets_in(text: &str) -> Vec<&'static str> {
    SECRETS.into_iter().filter(|secret| text.contains(secret)).collect()
}

/// The telephone number of the first party, as the log holds it.
fn sealed_phone(world: &World) -> customer_domain::Sealed {
    let streams = world.log.streams();
    let first = streams.values().flatten().next().unwrap();
    match serde_json::from_value(first.events[0].data.clone()).unwrap() {
        Event::PartyCreated { details } => details.personal.contacts[0].phones[0].clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nothing_personal_stands_anywhere_in_the_clear() {
    let world = World::new();
    let id = world.ivory().await;
    world.change(&id, &json!({ "contacts": [{ "name": "Asha Rao", "phones": ["+919876500000"] }] })).await;
    let at_rest = everything_at_rest(&world).await;
    assert!(at_rest.contains("v1."), "sealed fields are there");
    assert_eq!(secrets_in(&at_rest), Vec::<&str>::new());
}

#[tokio::test]
async fn an_erased_party_is_unreadable_while_its_history_verifies() {
    let world = World::new();
    let id = world.ivory().await;
    world.relay_all().await;
    let sealed = sealed_phone(&world);
    let erased = world.act(&id, "erase").await;
    assert_eq!(erased.status(), 200);
    let left = erased.json();
    assert_eq!(
        (&left["erased"], &left["contacts"], &left["addresses"]),
        (&json!(true), &json!([]), &json!([]))
    );
    assert_eq!((left.get("gstin"), left.get("pan")), (None, None));
    assert_eq!(
        (&left["name"], &left["paymentTermsDays"]),
        (&json!("Ivory Ice\u{2011}cream Cups"), &json!(30))
    );

    // The log still holds the ciphertext, folds, and its chain verifies: `history` checks every hash.
    let party: PartyId = id.parse().unwrap();
    let customers = world.other_process();
    let stream = customer::party_stream(&customers.tenant, party);
    let history = customers.store.history(&stream).await.unwrap();
    assert_eq!(history.len(), 2);
    assert!(format!("{history:?}").contains(sealed.base64url()));
    assert!(customers.store.load::<Party>(&stream).await.unwrap().state().known().unwrap().erased);
    // There is no key any more, wrapped or not, and nothing to look the party up by.
    assert!(customers.keys.of(&customers.tenant, party).await.unwrap().is_none());
    assert!(world.customers.keys.of(&customers.tenant, party).await.unwrap().is_none());
    let left_in_ops = format!("{:?}", world.ops.items());
    assert!(!left_in_ops.contains("BLIND#") && !left_in_ops.contains("PARTY-KEY"), "{left_in_ops}");
    for query in ["phone=%2B919876543210", "email=asha@ivory.example", "gstin=27AAPFU0939F1ZV"] {
        assert_eq!(world.get(&format!("/v1/parties/lookup?{query}")).await["data"], json!([]), "{query}");
    }
    let published = world.relay_all().await;
    assert!(published.iter().any(|fact| fact.fact_type == "customer.party-erased"));
    assert_eq!(world.get("/v1/parties").await["data"][0]["erased"], true);
}

#[tokio::test]
async fn an_erasure_that_died_half_way_is_finished_by_the_relay() {
    let world = World::new();
    let id = world.ivory().await;
    world.relay_all().await;
    let party: PartyId = id.parse().unwrap();
    let customers = world.other_process();
    // The commit, and then nothing: as if the function had been killed.
    let provenance = world.log.streams().values().flatten().next().unwrap().provenance.clone();
    let stream = customer::party_stream(&customers.tenant, party);
    let request = event_store::Request::new(provenance);
    let erase = customer_domain::party::Command::Erase;
    customers.store.execute::<Party>(&stream, &request, &erase).await.unwrap();
    assert!(customers.keys.of(&customers.tenant, party).await.unwrap().is_some());
    world.relay_all().await;
    assert!(world.other_process().keys.of(&customers.tenant, party).await.unwrap().is_none());
    assert!(!format!("{:?}", world.ops.items()).contains("BLIND#"));
}

#[tokio::test]
async fn erasing_reaches_every_party_that_leads_to_the_same_one() {
    let world = World::new();
    let (ivory, winner) = (world.ivory().await, world.customer("Ivory Foods").await);
    world.merge(&ivory, &winner).await;
    world.relay_all().await;
    world.act(&winner, "erase").await;
    world.act(&ivory, "unmerge").await;
    let alone = world.get(&format!("/v1/parties/{ivory}")).await;
    assert_eq!((&alone["erased"], &alone["contacts"]), (&json!(true), &json!([])));
}

#[tokio::test]
async fn an_erased_party_gets_no_personal_data_and_no_key_again() {
    let world = World::new();
    let id = world.ivory().await;
    world.act(&id, "erase").await;
    let refused = world.change(&id, &json!({ "contacts": [{ "phones": ["+919876543210"] }] })).await;
    assert_eq!(refused.status(), 409);
    let again = world.send(TestRequest::post("/v1/parties").key("k-7").json(&crate::world::ivory())).await;
    assert_eq!((again.status(), again.json()["existingId"].clone()), (409, json!(id)));
    let item = json!({
        "legacyIds": ["sale_parties:1"], "name": "Ivory ice-cream cups", "roles": ["supplier"], "phone": "9876543210",
    });
    let imported = world.ask(json!({ "kind": "import-parties", "items": [item] })).await.unwrap();
    assert_eq!(imported["items"][0]["outcome"], "changed");
    let read = world.get(&format!("/v1/parties/{id}")).await;
    assert_eq!((&read["contacts"], &read["roles"]), (&json!([]), &json!(["customer", "supplier"])));
    assert!(!format!("{:?}", world.ops.items()).contains("PARTY-KEY"));
}

#[tokio::test]
async fn a_wrapped_key_opens_for_its_own_party_only() {
    let world = World::new();
    let purpose = |name: &str| Purpose { tenant: "main".parse().unwrap(), name: name.to_owned() };
    let (key, wrapped) = world.vault.generate(&purpose("party:1")).await.unwrap();
    let opened = world.vault.unwrap(&wrapped, &purpose("party:1")).await.unwrap();
    assert_eq!(opened.expose(), key.expose());
    assert!(world.vault.unwrap(&wrapped, &purpose("party:2")).await.is_err());
}

#[tokio::test]
async fn rotated_keys_are_wrapped_by_the_new_master_key_and_everything_still_opens() {
    let world = World::new();
    let id = world.ivory().await;
    world.customer("Without personal data").await;
    let before = world.get(&format!("/v1/parties/{id}")).await;
    world.relay_all().await;
    world.vault.renew().unwrap();
    let rotated = world.ask(json!({ "kind": "rotate-keys" })).await.unwrap();
    assert_eq!(rotated, json!({ "rewrapped": 1, "nextShard": null }));
    world.vault.retire_earlier();
    // The keys opened before are forgotten after five minutes; without the rotation nothing would open now.
    world.clock.advance_ms(5 * 60 * 1_000);
    assert_eq!(world.get(&format!("/v1/parties/{id}")).await, before);
    let found = world.get("/v1/parties/lookup?phone=%2B919876543210").await;
    assert_eq!(found["data"][0]["id"], json!(id));
}

#[tokio::test]
async fn a_rotation_destroys_the_keys_of_erased_parties_that_a_restore_brought_back() {
    let world = World::new();
    let id = world.ivory().await;
    let keys = |world: &World| {
        let items = world.ops.items().into_iter();
        items.filter(|item| item.pk.contains("PARTY-KEY")).collect::<Vec<_>>()
    };
    let before = keys(&world);
    assert_eq!(before.len(), 1);
    world.act(&id, "erase").await;
    // As it stood in the backup.
    world.ops.put(before[0].clone()).await.unwrap();
    let rotated = world.ask(json!({ "kind": "rotate-keys" })).await.unwrap();
    assert_eq!(rotated["rewrapped"], 0);
    assert!(keys(&world).is_empty());
}

#[tokio::test]
async fn an_opened_key_is_kept_for_five_minutes_and_no_longer() {
    let world = World::new();
    let path = format!("/v1/parties/{}", world.ivory().await);
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 200);
    world.vault.renew().unwrap();
    world.vault.retire_earlier();
    world.clock.advance_ms(5 * 60 * 1_000 - 1);
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 200);
    world.clock.advance_ms(1);
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 500);
}

#[tokio::test]
async fn rotation_goes_on_where_it_stopped() {
    let world = World::new();
    for n in 0..8 {
        let body = json!({ "name": format!("Party {n}"), "roles": ["customer"], "pan": "AAPFU0939F" });
        world.enter(&body).await;
    }
    let (mut rewrapped, mut shard, mut calls) = (0, json!(0), 0);
    while !shard.is_null() {
        let answer: Value =
            world.ask(json!({ "kind": "rotate-keys", "shard": shard, "most": 3 })).await.unwrap();
        rewrapped += answer["rewrapped"].as_u64().unwrap();
        shard = answer["nextShard"].clone();
        calls += 1;
    }
    assert_eq!(rewrapped, 8);
    assert!(calls >= 2, "{calls}");
}

/// A vault in which a party is erased while its key is wrapped anew.
struct ErasingVault {
    inner: Arc<MemoryVault>,
    ops: Arc<MemoryOps>,
}

#[async_trait]
impl KeyVault for ErasingVault {
    async fn generate(&self, purpose: &Purpose) -> Result<(DataKey, WrappedKey), VaultError> {
        self.inner.generate(purpose).await
    }

    async fn unwrap(&self, wrapped: &WrappedKey, purpose: &Purpose) -> Result<DataKey, VaultError> {
        self.inner.unwrap(wrapped, purpose).await
    }

    async fn rewrap(&self, wrapped: &WrappedKey, purpose: &Purpose) -> Result<WrappedKey, VaultError> {
        for key in self.ops.items().into_iter().filter(|item| item.pk.contains("PARTY-KEY")) {
            self.ops.delete(&key.pk, &key.sk).await.unwrap();
        }
        self.inner.rewrap(wrapped, purpose).await
    }
}

#[tokio::test]
async fn a_key_that_is_destroyed_while_it_is_wrapped_anew_stays_destroyed() {
    let world = World::new();
    world.ivory().await;
    let vault = ErasingVault { inner: world.vault.clone(), ops: world.ops.clone() };
    let keys = KeyRing::new(Arc::new(vault), world.ops.clone(), world.clock.clone());
    let rotation = keys.rotate(&world.customers.tenant, 0, 10).await.unwrap();
    assert_eq!(rotation.rewrapped, []);
    assert!(world.ops.items().iter().all(|item| !item.pk.contains("PARTY-KEY")));
}
