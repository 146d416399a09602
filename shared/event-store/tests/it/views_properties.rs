//! Random rows and queries: the views in memory and the views in a table show the same.

use event_store::views::MemoryViews;
use event_store::{Filter, Index, Query, Row, Views};
use proptest::prelude::*;
use testkit::dynamodb::Tables;

use crate::views_contract::walk;

#[derive(Debug, Clone)]
struct Put {
    partition: u8,
    position: u8,
    sequence: u64,
    extra: Option<(u8, u8)>,
    color: u8,
}

fn puts() -> impl Strategy<Value = Vec<Put>> {
    let one = (0..2_u8, 0..20_u8, 1..6_u64, prop::option::of((0..2_u8, 0..9_u8)), 0..4_u8);
    let one = one.prop_map(|(partition, position, sequence, extra, color)| Put {
        partition,
        position,
        sequence,
        extra,
        color,
    });
    prop::collection::vec(one, 0..40)
}

fn queries() -> impl Strategy<Value = Query> {
    let range = prop::option::of(0..20_u8);
    let filters = prop::collection::vec((any::<bool>(), 0..4_u8, 0..4_u8), 0..3);
    (any::<bool>(), 0..2_u8, range.clone(), range, any::<bool>(), filters, 1..8_usize).prop_map(
        |(extra, partition, from, to, descending, filters, limit)| Query {
            index: if extra { Index::Extra(1) } else { Index::Primary },
            partition: if extra { format!("g{partition}") } else { format!("p{partition}") },
            from: from.map(|n| format!("{n:03}")),
            to: to.map(|n| format!("{n:03}~")),
            descending,
            filters: filters
                .into_iter()
                .map(|(equals, low, high)| match equals {
                    true => Filter::Equals("color", low.to_string()),
                    false => Filter::Between("color", low.to_string(), high.to_string()),
                })
                .collect(),
            limit,
            after: None,
        },
    )
}

/// Partitions carry the name of the run, because the table is shared.
fn row(run: u32, put: &Put) -> Row {
    let place = |(partition, range): (u8, u8)| {
        // Positions in an index are unique here: which of two equal ones comes first is nobody's business.
        (format!("{run}/g{partition}"), format!("{range:03}{}{:03}", put.partition, put.position))
    };
    Row {
        pk: format!("{run}/p{}", put.partition),
        sk: format!("{:03}", put.position),
        sequence: put.sequence,
        indexes: [None, put.extra.map(place), None],
        attributes: [("color".to_owned(), put.color.to_string())].into(),
        body: format!("{put:?}"),
    }
}

async fn run(views: &dyn Views, run: u32, puts: &[Put], queries: &[Query]) -> (Vec<bool>, Vec<Vec<Row>>) {
    let mut written = Vec::new();
    for put in puts {
        written.push(views.put(row(run, put)).await.unwrap());
    }
    let mut shown = Vec::new();
    for query in queries {
        let query = Query { partition: format!("{run}/{}", query.partition), ..query.clone() };
        shown.push(walk(views, query).await.0);
    }
    (written, shown)
}

#[test]
fn both_views_show_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let table = runtime.block_on(Tables::start("it")).unwrap().views();
    let number = std::cell::Cell::new(0);
    let config = ProptestConfig { cases: 32, ..ProptestConfig::default() };
    proptest!(config, |(puts in puts(), queries in prop::collection::vec(queries(), 1..6))| {
        number.set(number.get() + 1);
        let (in_memory, in_table) = runtime.block_on(async {
            let memory = MemoryViews::default();
            (run(&memory, number.get(), &puts, &queries).await, run(&table, number.get(), &puts, &queries).await)
        });
        prop_assert_eq!(in_memory, in_table);
    });
}
