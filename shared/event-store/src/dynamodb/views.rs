use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use super::SdkItem;
use super::attributes::text;
use super::batch::BatchRead;
use super::error::Fault;
use super::row::{Walk, attribute_name};
use crate::StorageError;
use crate::item::{Item, ItemError};
use crate::views::{Filter, MOST_READS, Page, Position, Query, Row, ViewTable, Views};

/// How much more each further page reads when filters left too little of the one before.
const GROWTH: usize = 4;

/// Views in a DynamoDB table with keys `pk` and `sk` and the indexes `by-1` (`g1`, `s1`) to `by-3`, projecting everything.
#[derive(Debug, Clone)]
pub struct DynamoViews {
    pub(super) client: Client,
    pub(super) table: String,
}

impl DynamoViews {
    /// The views in `table`.
    #[must_use]
    pub const fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    async fn read_page(
        &self,
        query: &Query,
        walk: Walk,
        rows: usize,
        start: Option<SdkItem>,
    ) -> Result<QueryOutput, StorageError> {
        let builder = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(walk.name.map(str::to_owned))
            .scan_index_forward(!query.descending)
            .limit(i32::try_from(rows).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let builder = with_filters(with_key(builder, query, walk), &query.filters);
        builder.send().await.map_err(|e| Fault::from(e).on("views.query"))
    }
}

#[async_trait]
impl Views for DynamoViews {
    async fn put(&self, row: Row) -> Result<bool, StorageError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .condition_expression("attribute_not_exists(pk) OR #seq < :seq")
            .expression_attribute_names("#seq", "seq")
            .expression_attribute_values(":seq", AttributeValue::N(row.sequence.to_string()));
        match put.set_item(Some(Item::from_row(row).into_sdk())).send().await {
            Ok(_) => Ok(true),
            Err(e) if e.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(e) => Err(Fault::from(e).on("views.put")),
        }
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = get.key("pk", text(pk)).key("sk", text(sk)).send().await;
        let item = answer.map_err(|e| Fault::from(e).on("views.get"))?.item;
        item.map(|item| Item::from_sdk(item).and_then(Item::into_row)).transpose().map_err(unreadable)
    }

    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError> {
        let (client, table) = (&self.client, self.table.as_str());
        let read = BatchRead { client, table, projection: None, operation: "views.get_many" };
        let mut found = BTreeMap::new();
        for item in read.items(keys).await? {
            let row = Item::from_sdk(item).and_then(Item::into_row).map_err(unreadable)?;
            found.insert((row.pk.clone(), row.sk.clone()), row);
        }
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    async fn query(&self, query: Query) -> Result<Page, StorageError> {
        let Some(walk) = Walk::of(query.index).filter(|_| !is_empty(&query)) else {
            return Ok(Page::default());
        };
        let wanted = query.limit.max(1);
        let mut start = query.after.as_ref().map(|after| walk.start(&query.partition, after));
        let mut rows: Vec<Row> = Vec::new();
        // One more than wanted tells whether there is a next page.
        let mut reading = wanted.saturating_add(1);
        for _ in 0..MOST_READS {
            let page = self.read_page(&query, walk, reading, start.take()).await?;
            for item in page.items.unwrap_or_default() {
                rows.push(Item::from_sdk(item).and_then(Item::into_row).map_err(unreadable)?);
            }
            start = page.last_evaluated_key;
            if rows.len() > wanted || (rows.len() == wanted && start.is_some()) {
                rows.truncate(wanted);
                let next = rows.last().map(|row| Position::of(row, query.index));
                return Ok(Page { rows, next });
            }
            if start.is_none() {
                return Ok(Page { rows, next: None });
            }
            reading = if query.filters.is_empty() {
                wanted.saturating_add(1).saturating_sub(rows.len())
            } else {
                reading.saturating_mul(GROWTH)
            };
        }
        let next = start.map(|key| walk.position(key)).transpose().map_err(unreadable)?;
        Ok(Page { rows, next })
    }
}

#[async_trait]
impl ViewTable for DynamoViews {
    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError> {
        let delete = self.client.delete_item().table_name(&self.table);
        match delete.key("pk", text(pk)).key("sk", text(sk)).send().await {
            Ok(_) => Ok(()),
            Err(e) => Err(Fault::from(e).on("views.delete")),
        }
    }
}

/// DynamoDB refuses ranges that end before they begin; nothing lies in them.
fn is_empty(query: &Query) -> bool {
    let nothing = |low: &str, high: &str| high < low;
    let bounds = query.from.as_deref().zip(query.to.as_deref());
    bounds.is_some_and(|(from, to)| nothing(from, to))
        || query.filters.iter().any(|filter| match filter {
            Filter::Equals(..) | Filter::Differs(..) | Filter::Contains(..) => false,
            Filter::Between(_, low, high) => nothing(low, high),
        })
}

fn with_key(mut builder: QueryFluentBuilder, query: &Query, walk: Walk) -> QueryFluentBuilder {
    let mut condition = "#partition = :partition".to_owned();
    builder = builder
        .expression_attribute_names("#partition", walk.partition)
        .expression_attribute_values(":partition", text(&query.partition));
    condition.push_str(match (&query.from, &query.to) {
        (Some(_), Some(_)) => " AND #range BETWEEN :from AND :to",
        (Some(_), None) => " AND #range >= :from",
        (None, Some(_)) => " AND #range <= :to",
        (None, None) => "",
    });
    if query.from.is_some() || query.to.is_some() {
        builder = builder.expression_attribute_names("#range", walk.range);
    }
    if let Some(from) = &query.from {
        builder = builder.expression_attribute_values(":from", text(from));
    }
    if let Some(to) = &query.to {
        builder = builder.expression_attribute_values(":to", text(to));
    }
    builder.key_condition_expression(condition)
}

fn with_filters(mut builder: QueryFluentBuilder, filters: &[Filter]) -> QueryFluentBuilder {
    let mut conditions = Vec::with_capacity(filters.len());
    for (n, filter) in filters.iter().enumerate() {
        let (Filter::Equals(name, low)
        | Filter::Differs(name, low)
        | Filter::Between(name, low, _)
        | Filter::Contains(name, low)) = filter;
        builder = builder
            .expression_attribute_names(format!("#f{n}"), attribute_name(name))
            .expression_attribute_values(format!(":f{n}"), text(low));
        conditions.push(match filter {
            Filter::Equals(..) => format!("#f{n} = :f{n}"),
            Filter::Differs(..) => format!("#f{n} <> :f{n}"),
            Filter::Contains(..) => format!("contains(#f{n}, :f{n})"),
            Filter::Between(_, _, high) => {
                builder = builder.expression_attribute_values(format!(":h{n}"), text(high));
                format!("#f{n} BETWEEN :f{n} AND :h{n}")
            }
        });
    }
    if conditions.is_empty() { builder } else { builder.filter_expression(conditions.join(" AND ")) }
}

fn unreadable(error: ItemError) -> StorageError {
    StorageError::Failed { operation: "views.read", source: error.into() }
}
