use event_store::{Ops, OpsItem};
use testkit::NOON;

crate::contract!(event_store::ops::MemoryOps, ops:
    an_item_comes_back_as_it_was_written,
    a_put_replaces,
    only_the_first_of_new_items_is_written,
    only_what_was_read_is_replaced,
    of_many_replacements_of_one_body_exactly_one_wins,
    presence_is_answered_in_the_order_asked,
    a_partition_is_listed_in_order_and_limited,
    a_long_partition_is_listed_whole,
    a_deleted_item_is_gone,
);

fn item(pk: &str, sk: &str, body: &str) -> OpsItem {
    OpsItem { pk: pk.to_owned(), sk: sk.to_owned(), body: body.to_owned(), expires: None }
}

async fn an_item_comes_back_as_it_was_written(ops: &dyn Ops) {
    assert_eq!(ops.get("p", "a").await.unwrap(), None);
    let kept = item("p", "a", r#"{"text":"é"}"#);
    ops.put(kept.clone()).await.unwrap();
    assert_eq!(ops.get("p", "a").await.unwrap(), Some(kept));
    let expiring = OpsItem { expires: Some(NOON.plus_days(3).plus_ms(900)), ..item("p", "b", "{}") };
    ops.put(expiring.clone()).await.unwrap();
    let to_the_second = OpsItem { expires: Some(NOON.plus_days(3)), ..expiring };
    assert_eq!(ops.get("p", "b").await.unwrap(), Some(to_the_second));
}

async fn a_put_replaces(ops: &dyn Ops) {
    ops.put(OpsItem { expires: Some(NOON), ..item("p", "a", "1") }).await.unwrap();
    ops.put(item("p", "a", "2")).await.unwrap();
    assert_eq!(ops.get("p", "a").await.unwrap(), Some(item("p", "a", "2")));
}

async fn only_the_first_of_new_items_is_written(ops: &dyn Ops) {
    assert!(ops.put_new(item("p", "a", "1")).await.unwrap());
    assert!(!ops.put_new(item("p", "a", "2")).await.unwrap());
    assert!(ops.put_new(item("p", "b", "3")).await.unwrap());
    assert_eq!(ops.get("p", "a").await.unwrap(), Some(item("p", "a", "1")));
}

async fn only_what_was_read_is_replaced(ops: &dyn Ops) {
    assert!(!ops.replace(item("p", "a", "2"), "1").await.unwrap(), "there is none");
    assert_eq!(ops.get("p", "a").await.unwrap(), None);
    ops.put(item("p", "a", "1")).await.unwrap();
    assert!(ops.replace(item("p", "a", "2"), "1").await.unwrap());
    assert!(!ops.replace(item("p", "a", "3"), "1").await.unwrap(), "another stands there");
    assert_eq!(ops.get("p", "a").await.unwrap(), Some(item("p", "a", "2")));
    ops.delete("p", "a").await.unwrap();
    assert!(!ops.replace(item("p", "a", "3"), "2").await.unwrap(), "it was deleted in between");
}

async fn of_many_replacements_of_one_body_exactly_one_wins(ops: &dyn Ops) {
    ops.put(item("p", "a", "0")).await.unwrap();
    let tries: Vec<String> = (1..=8).map(|n| n.to_string()).collect();
    let wins =
        futures_util::future::join_all(tries.iter().map(|body| ops.replace(item("p", "a", body), "0"))).await;
    assert_eq!(wins.into_iter().filter(|won| *won.as_ref().unwrap()).count(), 1);
}

async fn presence_is_answered_in_the_order_asked(ops: &dyn Ops) {
    assert_eq!(ops.present(&[]).await.unwrap(), Vec::<bool>::new());
    let keys: Vec<(String, String)> = (0..230).map(|n| ("p".to_owned(), format!("{n:03}"))).collect();
    for (pk, sk) in keys.iter().step_by(3) {
        ops.put(item(pk, sk, "{}")).await.unwrap();
    }
    let expected: Vec<bool> = (0..230).map(|n| n % 3 == 0).collect();
    assert_eq!(ops.present(&keys).await.unwrap(), expected);
    let twice: Vec<_> = keys.iter().rev().chain(&keys[..2]).cloned().collect();
    let expected: Vec<bool> = (0..230).rev().chain(0..2).map(|n| n % 3 == 0).collect();
    assert_eq!(ops.present(&twice).await.unwrap(), expected);
}

async fn a_partition_is_listed_in_order_and_limited(ops: &dyn Ops) {
    for sk in ["c", "a", "d", "b"] {
        ops.put(item("p", sk, "{}")).await.unwrap();
        ops.put(item("q", sk, "{}")).await.unwrap();
    }
    let listed = async |limit| {
        let items = ops.list("p", limit).await.unwrap();
        assert!(items.iter().all(|item| item.pk == "p"));
        items.into_iter().map(|item| item.sk).collect::<Vec<_>>()
    };
    assert_eq!(listed(3).await, ["a", "b", "c"]);
    assert_eq!(listed(4).await, ["a", "b", "c", "d"]);
    assert_eq!(listed(9).await, ["a", "b", "c", "d"]);
    assert!(listed(0).await.is_empty());
}

async fn a_long_partition_is_listed_whole(ops: &dyn Ops) {
    for n in 0..7 {
        ops.put(item("p", &n.to_string(), &"x".repeat(300_000))).await.unwrap();
    }
    assert_eq!(ops.list("p", 100).await.unwrap().len(), 7);
    assert_eq!(ops.list("p", 6).await.unwrap().len(), 6);
}

async fn a_deleted_item_is_gone(ops: &dyn Ops) {
    ops.delete("p", "a").await.unwrap();
    ops.put(item("p", "a", "{}")).await.unwrap();
    ops.delete("p", "a").await.unwrap();
    assert_eq!(ops.get("p", "a").await.unwrap(), None);
    assert!(ops.put_new(item("p", "a", "{}")).await.unwrap());
}
