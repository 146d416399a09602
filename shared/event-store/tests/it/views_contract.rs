use event_store::views::MOST_READS;
use event_store::{Filter, Index, Position, Query, Row, Views};

crate::contract!(event_store::views::MemoryViews, views:
    a_row_comes_back_as_it_was_written,
    many_rows_come_back_in_the_order_asked,
    an_older_row_never_replaces_a_newer_one,
    a_row_that_leaves_an_index_is_no_longer_found_there,
    rows_come_in_order_of_position_both_ways,
    ranges_include_both_ends,
    every_index_has_its_own_order,
    pages_follow_each_other_without_loss_or_repetition,
    filters_leave_what_satisfies_all_of_them,
    a_page_of_filtered_rows_is_full_although_most_rows_are_left_out,
    a_cursor_stays_valid_while_rows_come_and_change,
    a_page_that_is_cut_to_size_goes_on_where_it_was_cut,
    what_a_call_reads_is_bounded,
    large_rows_are_all_found,
    a_query_without_rows_is_empty,
);

fn row(n: u64) -> Row {
    Row {
        pk: "T#main#things".to_owned(),
        sk: format!("{n:06}"),
        sequence: 1,
        indexes: [Some(("even-odd".to_owned(), format!("{:06}", 999_999 - n))), None, None],
        attributes: [("parity".to_owned(), if n.is_multiple_of(2) { "even" } else { "odd" }.to_owned())]
            .into(),
        body: format!(r#"{{"n":{n}}}"#),
    }
}

pub fn all(partition: &str) -> Query {
    Query {
        index: Index::Primary,
        partition: partition.to_owned(),
        from: None,
        to: None,
        descending: false,
        filters: Vec::new(),
        limit: 100,
        after: None,
    }
}

fn things() -> Query {
    all("T#main#things")
}

async fn fill(views: &dyn Views, numbers: impl IntoIterator<Item = u64>) {
    for n in numbers {
        assert!(views.put(row(n)).await.unwrap());
    }
}

/// All rows of a query, page by page, with the number of pages.
pub async fn walk(views: &dyn Views, mut query: Query) -> (Vec<Row>, usize) {
    let (mut rows, mut pages) = (Vec::new(), 0);
    loop {
        let page = views.query(query.clone()).await.unwrap();
        assert!(page.rows.len() <= query.limit);
        pages += 1;
        rows.extend(page.rows);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return (rows, pages),
        }
    }
}

async fn numbers(views: &dyn Views, query: Query) -> Vec<u64> {
    walk(views, query).await.0.iter().map(|row| row.sk.parse().unwrap()).collect()
}

async fn a_row_comes_back_as_it_was_written(views: &dyn Views) {
    let full = Row {
        indexes: [
            Some(("g1".to_owned(), "s1".to_owned())),
            Some(("g2".to_owned(), "s2".to_owned())),
            Some(("g3".to_owned(), "s3".to_owned())),
        ],
        attributes: [("pk".to_owned(), "x".to_owned()), ("empty".to_owned(), String::new())].into(),
        body: "{\"text\":\"é\"}".to_owned(),
        sequence: u64::from(u32::MAX) * 1_000,
        ..row(1)
    };
    let bare = Row { pk: "p".to_owned(), sk: "s".to_owned(), sequence: 1, ..Row::default() };
    for expected in [full, bare] {
        assert_eq!(views.get(&expected.pk, &expected.sk).await.unwrap(), None);
        assert!(views.put(expected.clone()).await.unwrap());
        assert_eq!(views.get(&expected.pk, &expected.sk).await.unwrap(), Some(expected.clone()));
        assert_eq!(views.query(all(&expected.pk)).await.unwrap().rows, [expected]);
    }
}

async fn many_rows_come_back_in_the_order_asked(views: &dyn Views) {
    assert_eq!(views.get_many(&[]).await.unwrap(), []);
    fill(views, 0..150).await;
    // More than one call takes, two of them twice, and some that are not there.
    let asked: Vec<u64> = (0..200).rev().chain([7, 199]).collect();
    let keys: Vec<(String, String)> = asked.iter().map(|n| (row(*n).pk, row(*n).sk)).collect();
    let expected: Vec<Option<Row>> = asked.iter().map(|n| (*n < 150).then(|| row(*n))).collect();
    assert_eq!(views.get_many(&keys).await.unwrap(), expected);
}

async fn an_older_row_never_replaces_a_newer_one(views: &dyn Views) {
    let of = |sequence: u64| Row { sequence, body: sequence.to_string(), ..row(1) };
    assert!(views.put(of(5)).await.unwrap());
    assert!(!views.put(of(4)).await.unwrap());
    assert!(!views.put(Row { body: "other".to_owned(), ..of(5) }).await.unwrap());
    assert_eq!(views.get(&of(5).pk, &of(5).sk).await.unwrap(), Some(of(5)));
    assert!(views.put(of(10)).await.unwrap(), "sequences compare as numbers");
    assert_eq!(views.get(&of(5).pk, &of(5).sk).await.unwrap(), Some(of(10)));
}

async fn a_row_that_leaves_an_index_is_no_longer_found_there(views: &dyn Views) {
    views.put(row(1)).await.unwrap();
    let indexed = Query { index: Index::Extra(0), ..all("even-odd") };
    assert_eq!(views.query(indexed.clone()).await.unwrap().rows.len(), 1);
    views.put(Row { sequence: 2, indexes: [None, None, None], ..row(1) }).await.unwrap();
    assert_eq!(views.query(indexed).await.unwrap().rows, []);
}

async fn rows_come_in_order_of_position_both_ways(views: &dyn Views) {
    fill(views, [3, 1, 4, 2]).await;
    assert_eq!(numbers(views, things()).await, [1, 2, 3, 4]);
    assert_eq!(numbers(views, Query { descending: true, ..things() }).await, [4, 3, 2, 1]);
}

async fn ranges_include_both_ends(views: &dyn Views) {
    fill(views, 1..=6).await;
    let between = |from: Option<u64>, to: Option<u64>| Query {
        from: from.map(|n| format!("{n:06}")),
        to: to.map(|n| format!("{n:06}")),
        ..things()
    };
    assert_eq!(numbers(views, between(Some(2), Some(4))).await, [2, 3, 4]);
    assert_eq!(numbers(views, between(Some(5), None)).await, [5, 6]);
    assert_eq!(numbers(views, between(None, Some(2))).await, [1, 2]);
    assert_eq!(numbers(views, between(Some(4), Some(2))).await, [0; 0]);
    assert_eq!(numbers(views, Query { limit: 1, ..between(Some(2), Some(4)) }).await, [2, 3, 4]);
}

async fn every_index_has_its_own_order(views: &dyn Views) {
    for n in 1..=3 {
        let mut row = row(n);
        row.indexes = [
            Some(("one".to_owned(), format!("{}", 9 - n))),
            Some(("two".to_owned(), format!("{n}"))),
            (n != 2).then(|| ("three".to_owned(), format!("{n}"))),
        ];
        views.put(row).await.unwrap();
    }
    let by = |n, partition: &str| Query { index: Index::Extra(n), limit: 2, ..all(partition) };
    assert_eq!(numbers(views, by(0, "one")).await, [3, 2, 1]);
    assert_eq!(numbers(views, by(1, "two")).await, [1, 2, 3]);
    assert_eq!(numbers(views, by(2, "three")).await, [1, 3]);
    assert_eq!(numbers(views, by(2, "one")).await, [0; 0]);
}

async fn pages_follow_each_other_without_loss_or_repetition(views: &dyn Views) {
    fill(views, 1..=12).await;
    for limit in [1, 5, 6, 12, 13] {
        for descending in [false, true] {
            for query in [things(), Query { index: Index::Extra(0), ..all("even-odd") }] {
                let expected: Vec<u64> = match (query.index == Index::Primary) != descending {
                    true => (1..=12).collect(),
                    false => (1..=12).rev().collect(),
                };
                let (rows, pages) = walk(views, Query { limit, descending, ..query }).await;
                let found: Vec<u64> = rows.iter().map(|row| row.sk.parse().unwrap()).collect();
                assert_eq!(found, expected);
                assert_eq!(pages, 12_usize.div_ceil(limit), "no empty page at the end");
            }
        }
    }
}

async fn filters_leave_what_satisfies_all_of_them(views: &dyn Views) {
    for n in 1..=9 {
        let mut row = row(n);
        row.attributes.insert("size".to_owned(), n.to_string());
        views.put(row).await.unwrap();
    }
    let even = Filter::Equals("parity", "even".to_owned());
    let middle = Filter::Between("size", "3".to_owned(), "7".to_owned());
    let with = |filters: Vec<Filter>| Query { filters, ..things() };
    assert_eq!(numbers(views, with(vec![even.clone()])).await, [2, 4, 6, 8]);
    assert_eq!(numbers(views, with(vec![middle.clone()])).await, [3, 4, 5, 6, 7]);
    assert_eq!(numbers(views, with(vec![even, middle])).await, [4, 6]);
    assert_eq!(numbers(views, with(vec![Filter::Equals("absent", "x".to_owned())])).await, [0; 0]);
    let odd = Filter::Differs("parity", "even".to_owned());
    assert_eq!(numbers(views, with(vec![odd])).await, [1, 3, 5, 7, 9]);
    let without = Filter::Differs("absent", "x".to_owned());
    assert_eq!(
        numbers(views, with(vec![without])).await.len(),
        9,
        "what has no value differs from every one"
    );
    let reversed = Filter::Between("size", "7".to_owned(), "3".to_owned());
    assert_eq!(numbers(views, with(vec![reversed])).await, [0; 0]);
    let ven = Filter::Contains("parity", "ven".to_owned());
    assert_eq!(numbers(views, with(vec![ven.clone()])).await, [2, 4, 6, 8]);
    let six = Filter::Contains("size", "6".to_owned());
    assert_eq!(numbers(views, with(vec![ven, six])).await, [6]);
    assert_eq!(numbers(views, with(vec![Filter::Contains("absent", "x".to_owned())])).await, [0; 0]);
}

async fn a_page_of_filtered_rows_is_full_although_most_rows_are_left_out(views: &dyn Views) {
    for n in 1..=60 {
        let mut row = row(n);
        row.attributes.insert("tenth".to_owned(), (n % 10 == 0).to_string());
        views.put(row).await.unwrap();
    }
    let query = Query { filters: vec![Filter::Equals("tenth", "true".to_owned())], limit: 3, ..things() };
    let page = views.query(query.clone()).await.unwrap();
    assert_eq!(
        page.rows.iter().map(|row| row.sk.as_str()).collect::<Vec<_>>(),
        ["000010", "000020", "000030"]
    );
    assert_eq!(numbers(views, query).await, [10, 20, 30, 40, 50, 60]);
}

async fn a_cursor_stays_valid_while_rows_come_and_change(views: &dyn Views) {
    fill(views, [10, 20, 30, 40, 50]).await;
    let query = Query { limit: 2, filters: vec![Filter::Equals("parity", "even".to_owned())], ..things() };
    let first = views.query(query.clone()).await.unwrap();
    let cursor: Position = first.next.unwrap();
    // One comes before the cursor and one behind it; the row the cursor stands on changes so that the filter leaves it out.
    fill(views, [12, 32]).await;
    let odd = [("parity".to_owned(), "odd".to_owned())].into();
    views.put(Row { sequence: 2, attributes: odd, ..row(20) }).await.unwrap();
    let text = serde_json::to_string(&cursor).unwrap();
    let rest = numbers(views, Query { after: Some(serde_json::from_str(&text).unwrap()), ..query }).await;
    assert_eq!(rest, [30, 32, 40, 50]);
}

async fn what_a_call_reads_is_bounded(views: &dyn Views) {
    // With rows this large each read gives up after three of them.
    for n in 0..30 {
        let mut large = row(n);
        large.body = "x".repeat(380_000);
        views.put(large).await.unwrap();
    }
    let none = Query { filters: vec![Filter::Equals("parity", "neither".to_owned())], ..things() };
    let (rows, pages) = walk(views, none).await;
    assert_eq!(rows, []);
    assert!(pages <= 30_usize.div_ceil(MOST_READS), "{pages}");
    assert_eq!(numbers(views, Query { limit: 7, ..things() }).await, (0..30).collect::<Vec<u64>>());
}

async fn a_page_that_is_cut_to_size_goes_on_where_it_was_cut(views: &dyn Views) {
    for n in 1..=9 {
        let mut row = row(n);
        row.body = "x".repeat(100);
        views.put(row).await.unwrap();
    }
    let (mut query, mut found) = (things(), Vec::new());
    loop {
        let page = views.query(query.clone()).await.unwrap().within(250, query.index);
        assert!(page.rows.len() <= 2, "{}", page.rows.len());
        found.extend(page.rows.iter().map(|row| row.sk.clone()));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 9);
    assert!(found.is_sorted());
    let whole = views.query(things()).await.unwrap();
    assert_eq!(whole.clone().within(10, Index::Primary).rows.len(), 1, "a row larger than a page is a page");
    assert_eq!(whole.clone().within(10_000, Index::Primary), whole);
}

async fn large_rows_are_all_found(views: &dyn Views) {
    for n in 0..8 {
        let mut large = row(n);
        large.body = "x".repeat(300_000);
        views.put(large).await.unwrap();
    }
    let page = views.query(things()).await.unwrap();
    assert_eq!(page.rows.len(), 8);
    assert_eq!(page.next, None);
}

async fn a_query_without_rows_is_empty(views: &dyn Views) {
    let page = views.query(things()).await.unwrap();
    assert_eq!((page.rows, page.next), (Vec::new(), None));
    fill(views, [1]).await;
    let page = views.query(Query { index: Index::Extra(7), ..all("even-odd") }).await.unwrap();
    assert_eq!(page.rows, [], "an index that does not exist holds nothing");
}
