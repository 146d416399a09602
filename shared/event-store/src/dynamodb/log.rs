use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use futures_util::future::try_join_all;
use kernel::{Tenant, Timestamp};

use super::attributes::text;
use super::error::Fault;
use super::{SdkItem, log_index};
use crate::item::{COMMIT_SK, GUARD_SK, Item, ItemError, guard_pk, sort_key};
use crate::log::{
    AppendError, COMMITS_PER_SNAPSHOT, Commit, CommitLog, CommitRef, Guard, Hold, LoadFrom, LogError,
    StreamId,
};

/// Nothing stands at this key.
const ABSENT: &str = "attribute_not_exists(pk)";
/// Nobody holds the guard: it was never taken, or released.
const FREE: &str = "attribute_not_exists(#holder)";
/// The guard is held by whoever releases it.
const MINE: &str = "#holder = :holder";

/// A log in a DynamoDB table with keys `pk` and `sk` and an index `by-time` (`ds`, `at`; keys only).
///
/// An append is one conditional put: one write unit per KB. A load of a stream with snapshots is one query of at most
/// 32 items, of one without as many queries as it has megabytes. The SDK's own retries stay on: one that meets its own
/// first write answers [`AppendError::Conflict`], and [`EventStore`](crate::EventStore) knows its commit by its id.
#[derive(Debug, Clone)]
pub struct DynamoLog {
    client: Client,
    table: String,
}

impl DynamoLog {
    /// The log in `table`.
    #[must_use]
    pub const fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    fn query_stream(&self, stream: &StreamId, forward: bool) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .scan_index_forward(forward)
            .key_condition_expression("pk = :pk AND begins_with(sk, :commit)")
            .expression_attribute_values(":pk", text(stream.to_string()))
            .expression_attribute_values(":commit", text(COMMIT_SK))
    }

    async fn get(&self, pk: String, sk: String) -> Result<Option<SdkItem>, LogError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = get.key("pk", text(pk)).key("sk", text(sk)).send().await;
        Ok(answer.map_err(|e| Fault::from(e).on_log_read())?.item)
    }

    /// The commits of one day and shard within `from <= at < to`, oldest first.
    async fn shard_between(
        &self,
        shard: String,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        let mut found = Vec::new();
        let mut start = None;
        loop {
            // Positions are `<instant>#<id>`: all of one instant sort behind the bare instant, so `to` is excluded.
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .index_name("by-time")
                .key_condition_expression("#ds = :ds AND #at BETWEEN :from AND :to")
                .expression_attribute_names("#ds", "ds")
                .expression_attribute_names("#at", "at")
                .expression_attribute_values(":ds", text(&shard))
                .expression_attribute_values(":from", text(from.to_string()))
                .expression_attribute_values(":to", text(to.to_string()))
                .limit(i32::try_from(limit.saturating_sub(found.len())).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|e| Fault::from(e).on_log_read())?;
            for item in page.items.unwrap_or_default() {
                let position = Item::from_sdk(item).and_then(Item::into_commit_ref);
                found.push(position.map_err(|e| broken(&shard, e))?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || found.len() >= limit {
                return Ok(found);
            }
        }
    }
}

#[async_trait]
impl CommitLog for DynamoLog {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        let (forward, schema) = match from {
            LoadFrom::Beginning => (true, None),
            LoadFrom::Snapshot(schema) => (false, Some(schema)),
        };
        // Only the first page is limited: where it holds no snapshot there is none, and everything is read.
        let mut limit = schema.map(|_| i32::from(COMMITS_PER_SNAPSHOT));
        let mut start = None;
        let mut commits: Vec<Commit> = Vec::new();
        'pages: loop {
            let query = self.query_stream(stream, forward).set_limit(limit.take());
            let page = query.set_exclusive_start_key(start).send().await;
            let page = page.map_err(|e| Fault::from(e).on_log_read())?;
            for item in page.items.unwrap_or_default() {
                let commit = Item::from_sdk(item).and_then(Item::into_commit);
                commits.push(commit.map_err(|e| broken(stream, e))?);
                let snapshot = commits.last().and_then(|commit| commit.snapshot.as_ref());
                if schema.is_some() && snapshot.map(|s| s.schema.as_str()) == schema {
                    break 'pages;
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        if !forward {
            commits.reverse();
        }
        Ok(commits)
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        let put = self.client.put_item().table_name(&self.table).condition_expression(ABSENT);
        match put.set_item(Some(Item::from_commit(commit)?.into_sdk())).send().await {
            Ok(_) => Ok(()),
            Err(e) if e.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Err(AppendError::Conflict)
            }
            Err(e) => Err(Fault::from(e).on_append()),
        }
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        let tenant = commit.stream.tenant();
        let put = Put::builder().condition_expression(ABSENT);
        let mut puts = vec![put.set_item(Some(Item::from_commit(commit)?.into_sdk()))];
        puts.extend(guards.iter().map(|guard| put_guard(tenant, guard)));
        let mut writes = Vec::with_capacity(puts.len());
        for put in puts {
            let put = put.table_name(&self.table).build().map_err(|e| AppendError::Rejected(e.into()))?;
            writes.push(TransactWriteItem::builder().put(put).build());
        }
        let transaction = self.client.transact_write_items().set_transact_items(Some(writes));
        match transaction.client_request_token(commit.id.to_string()).send().await {
            Ok(_) => Ok(()),
            Err(e) => Err(match e.as_service_error().map(cancelled_by) {
                Some(Cancelled::Commit) => AppendError::Conflict,
                Some(Cancelled::Guard(guard)) => AppendError::GuardTaken(guard),
                Some(Cancelled::Later) => AppendError::Ambiguous(e.into()),
                Some(Cancelled::Otherwise) | None => Fault::from(e).on_append(),
            }),
        }
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        let pk = guard_pk(tenant, key);
        let Some(item) = self.get(pk.clone(), GUARD_SK.to_owned()).await? else { return Ok(None) };
        let holder = Item::from_sdk(item).and_then(|mut item| item.take_optional("holder"));
        holder.map_err(|e| broken(pk, e))
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        let mut found = Vec::new();
        let mut day = from;
        while day < to && found.len() < limit {
            let shards = log_index::shards_of(day).map(|shard| self.shard_between(shard, from, to, limit));
            let mut of_day = try_join_all(shards).await?.concat();
            of_day.sort();
            found.append(&mut of_day);
            day = log_index::next_day(day);
        }
        found.truncate(limit);
        Ok(found)
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        let Some(item) = self.get(stream.to_string(), sort_key(first)).await? else { return Ok(None) };
        let commit = Item::from_sdk(item).and_then(Item::into_commit);
        commit.map(Some).map_err(|e| broken(stream, e))
    }
}

/// Writes a guard as it is afterwards. A released one stays as an item without a holder, so that nothing in this table is ever
/// deleted.
fn put_guard(tenant: &Tenant, guard: &Guard) -> PutBuilder {
    let put = Put::builder().set_item(Some(Item::from_guard(tenant, guard).into_sdk()));
    let put = put.expression_attribute_names("#holder", "holder");
    match guard.hold {
        Hold::Take => put.condition_expression(FREE),
        Hold::Release => {
            put.condition_expression(MINE).expression_attribute_values(":holder", text(guard.holder.as_str()))
        }
    }
}

/// Why a transaction was cancelled.
enum Cancelled {
    /// The commit's place is taken.
    Commit,
    /// The guard of this index is taken.
    Guard(usize),
    /// Another transaction was at work on an item, or the table was throttled.
    Later,
    /// By none of these, or not at all.
    Otherwise,
}

/// Reasons come in the order of the items: the commit first, then the guards.
fn cancelled_by(error: &TransactWriteItemsError) -> Cancelled {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return Cancelled::Otherwise;
    };
    let codes: Vec<&str> =
        cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or_default()).collect();
    let later = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    match codes.iter().position(|code| *code == "ConditionalCheckFailed") {
        Some(0) => Cancelled::Commit,
        // Only a full answer tells that the guard alone is in the way.
        Some(at) if !codes.iter().any(|code| later.contains(code)) => Cancelled::Guard(at - 1),
        _ if codes.iter().any(|code| later.contains(code)) => Cancelled::Later,
        _ => Cancelled::Otherwise,
    }
}

fn broken(what: impl ToString, error: ItemError) -> LogError {
    LogError::Broken { stream: what.to_string(), source: error.into() }
}
