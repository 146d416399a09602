//! `/v1/parties/{id}/merge` and `…/unmerge`

use std::sync::Arc;

use customer_domain::PartyId;
use customer_domain::party::{Command, Party};
use event_store::log::MemoryLog;
use event_store::{EventStore, Request};
use futures_util::FutureExt as _;
use http_kit::testing::TestRequest;
use kernel::{Actor, Provenance, Tenant};
use serde_json::json;
use testkit::{Fate, FaultyLog, ManualClock, NOON, NoWait, Operation, SequentialIds};

use crate::world::World;

#[tokio::test]
async fn a_merged_party_leads_to_the_other_by_id_and_by_name_until_it_is_unmerged() {
    let world = World::new();
    let (loser, winner) = (world.customer("Ivory Cup Co").await, world.customer("Ivory Cups").await);
    world.change(&loser, &json!({ "tags": ["west"] })).await;
    let merged = world.merge(&loser, &winner).await;
    assert_eq!((merged.status(), merged.json()["id"].clone()), (200, json!(winner)), "{}", merged.json());
    assert_eq!(merged.json()["mergedFrom"], json!(loser));
    let read = world.get(&format!("/v1/parties/{loser}")).await;
    assert_eq!((&read["id"], &read["mergedFrom"]), (&json!(winner), &json!(loser)));
    assert_eq!(world.get(&format!("/v1/parties/{winner}")).await.get("mergedFrom"), None);
    let by_name = world.get("/v1/parties/lookup?name=ivory%20cup%20co").await;
    assert_eq!(by_name["data"][0]["id"], json!(winner));
    assert_eq!(world.merge(&loser, &winner).await.status(), 200, "once more changes nothing");
    world.relay_all().await;
    for list in ["/v1/parties", "/v1/parties?role=customer", "/v1/parties?tag=west"] {
        let listed = world.get(list).await["data"].as_array().unwrap().len();
        assert_eq!(listed, usize::from(!list.contains("tag")), "{list}");
    }

    let alone = world.act(&loser, "unmerge").await;
    assert_eq!((alone.status(), alone.json()["id"].clone()), (200, json!(loser)));
    assert_eq!(world.act(&loser, "unmerge").await.status(), 409);
    world.relay_all().await;
    assert_eq!(world.get("/v1/parties").await["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn merging_with_itself_in_a_circle_or_with_nobody_is_refused() {
    let world = World::new();
    let (a, b, c) = (world.customer("A1").await, world.customer("B1").await, world.customer("C1").await);
    let refused = |code: &str| vec![("/intoId".to_owned(), code.to_owned())];
    let itself = world.merge(&a, &a).await;
    assert_eq!((itself.status(), itself.faults()), (422, refused("same")));
    assert_eq!((world.merge(&a, &b).await.status(), world.merge(&b, &c).await.status()), (200, 200));
    let circle = world.merge(&c, &a).await;
    assert_eq!((circle.status(), circle.faults()), (422, refused("cycle")));
    let nobody = world.merge(&c, "party_00000000000000000000000000000000").await;
    assert_eq!((nobody.status(), nobody.faults()), (422, refused("unknown")));
    assert_eq!(world.merge("party_00000000000000000000000000000000", &c).await.status(), 404);
    assert_eq!(world.get(&format!("/v1/parties/{a}")).await["id"], json!(c), "over two merges");
    let elsewhere = world.merge(&a, &c).await;
    assert_eq!((elsewhere.status(), elsewhere.json()["existingId"].clone()), (409, json!(b)));
}

#[tokio::test]
async fn of_two_merges_that_meet_the_later_one_is_taken_back() {
    let tenant: Tenant = "main".parse().unwrap();
    let id = |name: &str| PartyId::of(&tenant, &name.parse().unwrap());
    let (a, b) = (id("A1"), id("B1"));
    let memory = Arc::new(MemoryLog::default());
    let clock = Arc::new(ManualClock::new(NOON));
    let store = EventStore::new(memory.clone(), clock, Arc::new(SequentialIds::series(9)), Arc::new(NoWait));
    let (stream_a, stream_b) = (customer::party_stream(&tenant, a), customer::party_stream(&tenant, b));
    let mut met = false;
    // Between the look at A1 and the commit on B1, somebody else merges A1 into B1.
    let log = FaultyLog::new(memory.clone(), move |call| {
        let merging =
            call.operation == Operation::Append && call.nth > 2 && call.stream.as_ref() == Some(&stream_b);
        if merging && !met {
            met = true;
            let merge = Command::Merge { this: a, into: b, onward: vec![] };
            let request = Request::new(Provenance {
                tenant: stream_a.tenant().clone(),
                actor: Actor::system("test"),
                correlation: "c-1".parse().unwrap(),
                causation: None,
                traceparent: None,
            });
            store.execute::<Party>(&stream_a, &request, &merge).now_or_never().unwrap().unwrap();
        }
        Fate::Pass
    });
    let world = World::on(Arc::new(log), memory);
    let (a, b) = (world.customer("A1").await, world.customer("B1").await);
    let refused = world.merge(&b, &a).await;
    assert_eq!((refused.status(), refused.faults()), (422, vec![("/intoId".to_owned(), "cycle".to_owned())]));
    for id in [&a, &b] {
        assert_eq!(world.get(&format!("/v1/parties/{id}")).await["id"], json!(b));
    }
}

#[tokio::test]
async fn what_was_cached_before_a_merge_does_not_pass_for_the_other_party() {
    let world = World::new();
    let (loser, winner) = (world.customer("Loser").await, world.customer("Winner").await);
    let path = format!("/v1/parties/{loser}");
    let tag = world.send(TestRequest::get(&path)).await.header("etag").to_owned();
    world.merge(&loser, &winner).await;
    let again = world.send(TestRequest::get(&path).header("if-none-match", &tag)).await;
    assert_eq!((again.status(), again.json()["id"].clone()), (200, json!(winner)));
}

#[tokio::test]
async fn a_merged_party_is_not_changed_in_its_own_name() {
    let world = World::new();
    let (loser, winner) = (world.customer("Loser").await, world.customer("Winner").await);
    world.merge(&loser, &winner).await;
    let change =
        TestRequest::patch(&format!("/v1/parties/{loser}")).if_match(2).json(&json!({ "active": false }));
    let refused = world.send(change).await;
    assert_eq!((refused.status(), refused.json()["existingId"].clone()), (409, json!(winner)));
}

#[tokio::test]
async fn the_others_hear_of_a_merge_and_of_its_end() {
    let world = World::new();
    let (loser, winner) = (world.customer("Loser").await, world.customer("Winner").await);
    world.merge(&loser, &winner).await;
    world.act(&loser, "unmerge").await;
    let published = world.relay_all().await;
    let of = |fact: &str| published.iter().find(|f| f.fact_type == fact).map(|f| f.data.clone());
    assert_eq!(of("customer.party-merged"), Some(json!({ "partyId": loser, "intoId": winner })));
    assert_eq!(of("customer.party-unmerged"), Some(json!({ "partyId": loser, "fromId": winner })));
}
