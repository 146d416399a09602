//! The table behind views, and views in generations upon it.

use std::sync::Arc;

use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{Generations, Index, Row, View, ViewTable, Views};
use testkit::{ManualClock, NOON};

use crate::views_contract::{all, walk};

crate::contract!(event_store::views::MemoryViews, views:
    a_deleted_row_is_gone_and_may_come_again,
);

fn row(partition: &str, n: u64) -> Row {
    Row {
        pk: partition.to_owned(),
        sk: format!("{n:03}"),
        sequence: n,
        indexes: [Some(("T#main#things#odd".to_owned(), format!("{n:03}"))), None, None],
        body: "{}".to_owned(),
        ..Row::default()
    }
}

async fn a_deleted_row_is_gone_and_may_come_again(table: &(impl Views + ViewTable)) {
    table.delete("p", "001").await.unwrap();
    table.put(row("p", 1)).await.unwrap();
    table.delete("p", "001").await.unwrap();
    assert_eq!(table.get("p", "001").await.unwrap(), None);
    assert!(table.put(row("p", 1)).await.unwrap());
}

const THINGS: &[View] = &[View::of_log("things", &["things"], "thing", "thing_")];

fn generations() -> (Arc<MemoryViews>, Generations, Arc<ManualClock>) {
    let (views, clock) = (Arc::new(MemoryViews::default()), Arc::new(ManualClock::new(NOON)));
    let ops = Arc::new(MemoryOps::default());
    (views.clone(), Generations::new(THINGS, views.clone(), views, ops, clock.clone()), clock)
}

#[tokio::test]
async fn rows_are_read_from_the_live_generation_and_written_to_all() {
    let (table, views, _) = generations();
    views.put(row("T#main#things", 1)).await.unwrap();
    let v2 = "v2".parse().unwrap();
    views.keep(&THINGS[0], &v2).await.unwrap();
    assert!(views.put(row("T#main#things", 2)).await.unwrap());
    assert_eq!(table.rows().len(), 3);
    assert_eq!(walk(&views, all("T#main#things")).await.0.len(), 2);
    assert_eq!(views.switch(&THINGS[0], &v2).await.unwrap(), Some("first".parse().unwrap()));
    let (rows, _) = walk(&views, all("T#main#things")).await;
    assert_eq!(rows, [row("T#main#things", 2)], "as it was put, without the generation");
    let query = event_store::Query { index: Index::Extra(0), ..all("T#main#things#odd") };
    assert_eq!(walk(&views, query).await.0, [row("T#main#things", 2)]);
    assert_eq!(views.get("T#main#things", "001").await.unwrap(), None);
}

#[tokio::test]
async fn rows_of_no_declared_view_stay_where_they_are() {
    let (table, views, _) = generations();
    views.keep(&THINGS[0], &"v2".parse().unwrap()).await.unwrap();
    views.put(row("T#main#others", 1)).await.unwrap();
    assert_eq!(table.rows().len(), 1);
}

#[tokio::test]
async fn a_switch_to_what_nobody_writes_is_refused() {
    let (_, views, _) = generations();
    assert_eq!(views.switch(&THINGS[0], &"v2".parse().unwrap()).await.unwrap(), None);
    let pointer = views.pointer(&THINGS[0]).await.unwrap();
    assert_eq!(pointer, event_store::views::Pointer::default());
}

#[tokio::test]
async fn a_generation_is_let_go_when_nobody_can_read_it() {
    let (_, views, clock) = generations();
    let (first, v2) = ("first".parse().unwrap(), "v2".parse().unwrap());
    assert!(!views.let_go(&THINGS[0], &first).await.unwrap(), "it is live");
    views.keep(&THINGS[0], &v2).await.unwrap();
    views.switch(&THINGS[0], &v2).await.unwrap();
    clock.advance_ms(119_999);
    assert!(!views.let_go(&THINGS[0], &first).await.unwrap(), "somebody may not have heard of the switch");
    clock.advance_ms(1);
    assert!(views.let_go(&THINGS[0], &first).await.unwrap());
    assert_eq!(views.pointer(&THINGS[0]).await.unwrap().kept, [v2]);
}
