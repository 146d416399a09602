//! What the adapters send, and what they make of the answers that an emulator never gives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use event_store::dynamodb::{DynamoLog, DynamoOps, DynamoViews};
use event_store::views::MOST_READS;
use event_store::{AppendError, CommitLog, Filter, Guard, LoadFrom, LogError, Ops, Row, StorageError, Views};
use serde_json::{Value, json};
use testkit::NOON;

use crate::author::{Author, stream};
use crate::views_contract::all;

use aws_sdk_dynamodb::Client;

/// A DynamoDB that says what it is told, and the requests it got: operation and body.
#[derive(Clone, Default)]
struct Script {
    requests: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Script {
    fn client(&self, answer: impl Fn(&Value) -> (u16, Value) + Send + Sync + 'static) -> Client {
        let requests = self.requests.clone();
        client(move |request| {
            let operation =
                request.headers().get("x-amz-target").unwrap().rsplit('.').next().unwrap().to_owned();
            let body = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
            let (status, answer) = answer(&body);
            requests.lock().unwrap().push((operation, body));
            let body = SdkBody::from(answer.to_string());
            HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), body)))
        })
    }

    fn log(&self, status: u16, answer: Value) -> DynamoLog {
        DynamoLog::new(self.client(move |_| (status, answer.clone())), "t".to_owned())
    }

    fn requests(&self) -> Vec<(String, Value)> {
        self.requests.lock().unwrap().clone()
    }
}

struct Answering<F>(F);

impl<F> std::fmt::Debug for Answering<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answering")
    }
}

impl<F: Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync> HttpConnector for Answering<F> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        (self.0)(request)
    }
}

/// A client whose requests go to a function.
fn client(answer: impl Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync + 'static) -> Client {
    let connector = SharedHttpConnector::new(Answering(answer));
    let http = http_client_fn(move |_, _| connector.clone());
    let config = testkit::dynamodb::config("http://127.0.0.1:1").http_client(http);
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50)).build();
    Client::from_conf(config.retry_config(RetryConfig::disabled()).timeout_config(timeouts).build())
}

fn fault(code: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "as scripted" })
}

fn cancelled(codes: &[&str]) -> Value {
    let mut answer = fault("TransactionCanceledException");
    answer["CancellationReasons"] = codes.iter().map(|code| json!({ "Code": code })).collect();
    answer
}

fn guards(keys: &[&str]) -> Vec<Guard> {
    keys.iter().map(|key| Guard::taken(*key, "h")).collect()
}

#[tokio::test]
async fn an_append_is_one_conditional_put() {
    let script = Script::default();
    script.log(200, json!({})).append(&Author::of(stream("a")).write()).await.unwrap();
    let requests = script.requests();
    let [(operation, body)] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(operation, "PutItem");
    assert_eq!(body["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(body["TableName"], "t");
    assert_eq!(body["Item"]["sk"]["S"], "C#000000000001");
    assert_eq!(body.get("ReturnConsumedCapacity"), None);
}

#[tokio::test]
async fn a_load_is_one_consistent_query_and_a_snapshot_load_a_short_one_backwards() {
    let script = Script::default();
    let log = script.log(200, json!({ "Items": [], "Count": 0 }));
    log.load(&stream("a"), LoadFrom::Beginning).await.unwrap();
    log.load(&stream("a"), LoadFrom::Snapshot("s")).await.unwrap();
    let requests = script.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|(operation, body)| operation == "Query" && body["ConsistentRead"] == true));
    assert_eq!(requests[0].1["ScanIndexForward"], true);
    assert_eq!(requests[0].1.get("Limit"), None);
    assert_eq!(requests[1].1["ScanIndexForward"], false);
    assert_eq!(requests[1].1["Limit"], 32);
}

#[tokio::test]
async fn a_guarded_append_names_its_commit_as_token() {
    let script = Script::default();
    let commit = Author::of(stream("a")).write();
    script.log(200, json!({})).append_guarded(&commit, &guards(&["g"])).await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[0].0, "TransactWriteItems");
    assert_eq!(requests[0].1["ClientRequestToken"], commit.id.to_string());
    let puts = requests[0].1["TransactItems"].as_array().unwrap();
    let conditions: Vec<&Value> = puts.iter().map(|put| &put["Put"]["ConditionExpression"]).collect();
    assert_eq!(conditions, ["attribute_not_exists(pk)", "attribute_not_exists(#holder)"]);
    assert_eq!(puts[1]["Put"]["ExpressionAttributeNames"], json!({ "#holder": "holder" }));
    assert_eq!(puts[1]["Put"]["Item"]["holder"]["S"], "h");
    assert_eq!(puts[1]["Put"]["Item"]["pk"]["S"], "T#main#guard#g");
    assert_eq!(puts[1]["Put"]["Item"]["sk"]["S"], "G");
}

#[tokio::test]
async fn a_released_guard_is_replaced_by_one_without_a_holder_and_never_deleted() {
    let script = Script::default();
    let released = Guard::taken("g", "h").released();
    script.log(200, json!({})).append_guarded(&Author::of(stream("a")).write(), &[released]).await.unwrap();
    let put = &script.requests()[0].1["TransactItems"][1]["Put"];
    assert_eq!(put["ConditionExpression"], "#holder = :holder");
    assert_eq!(put["ExpressionAttributeValues"], json!({ ":holder": { "S": "h" } }));
    assert_eq!(put["Item"], json!({ "pk": { "S": "T#main#guard#g" }, "sk": { "S": "G" } }));
}

#[tokio::test]
async fn an_append_is_ambiguous_whenever_it_may_have_happened() {
    for (status, code) in [
        (500, "InternalServerError"),
        (503, "ServiceUnavailable"),
        (400, "ThrottlingException"),
        (400, "ProvisionedThroughputExceededException"),
        (400, "RequestLimitExceeded"),
        (400, "TransactionConflictException"),
        (502, "Nonsense"),
    ] {
        let log = Script::default().log(status, fault(code));
        let commit = Author::of(stream("a")).write();
        let outcome = log.append(&commit).await;
        assert!(matches!(outcome, Err(AppendError::Ambiguous(_))), "{code}: {outcome:?}");
        let outcome = log.append_guarded(&commit, &guards(&["g"])).await;
        assert!(matches!(outcome, Err(AppendError::Ambiguous(_))), "{code}: {outcome:?}");
        let outcome = log.load(&stream("a"), LoadFrom::Beginning).await;
        assert!(matches!(outcome, Err(LogError::Unavailable(_))), "{code}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_the_platform_forbids_is_rejected() {
    for code in ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"] {
        let log = Script::default().log(400, fault(code));
        let outcome = log.append(&Author::of(stream("a")).write()).await;
        assert!(matches!(outcome, Err(AppendError::Rejected(_))), "{code}: {outcome:?}");
        let outcome = log.read(&stream("a"), 1).await;
        assert!(matches!(outcome, Err(LogError::Rejected(_))), "{code}: {outcome:?}");
        let chain = kernel::error::chain(&outcome.unwrap_err());
        assert!(chain.contains(code) || chain.contains("as scripted"), "{chain}");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_ambiguous() {
    let silent = client(|_| HttpConnectorFuture::new(std::future::pending()));
    let log = DynamoLog::new(silent, "t".to_owned());
    let outcome = log.append(&Author::of(stream("a")).write()).await;
    assert!(matches!(outcome, Err(AppendError::Ambiguous(_))), "{outcome:?}");
    let outcome = log.load(&stream("a"), LoadFrom::Beginning).await;
    assert!(matches!(outcome, Err(LogError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_refused_connection_is_worth_another_try() {
    let config = testkit::dynamodb::config("http://127.0.0.1:1").retry_config(RetryConfig::disabled());
    let client = Client::from_conf(config.build());
    let outcome =
        DynamoLog::new(client.clone(), "t".to_owned()).append(&Author::of(stream("a")).write()).await;
    assert!(matches!(outcome, Err(AppendError::Ambiguous(_))), "{outcome:?}");
    let outcome = DynamoOps::new(client, "t".to_owned()).get("p", "s").await;
    assert!(matches!(outcome, Err(StorageError::Unavailable { operation: "ops.get", .. })), "{outcome:?}");
}

#[tokio::test]
async fn the_reasons_of_a_cancelled_transaction_are_told_apart_by_index() {
    let none = "None";
    let (taken, met, throttled) = ("ConditionalCheckFailed", "TransactionConflict", "ThrottlingError");
    let settle = async |codes: &[&str]| {
        let log = Script::default().log(400, cancelled(codes));
        log.append_guarded(&Author::of(stream("a")).write(), &guards(&["g", "h"])).await.unwrap_err()
    };
    assert!(matches!(settle(&[taken, none, none]).await, AppendError::Conflict));
    assert!(matches!(settle(&[taken, taken, none]).await, AppendError::Conflict));
    assert!(matches!(settle(&[none, taken, none]).await, AppendError::GuardTaken(0)));
    assert!(matches!(settle(&[none, none, taken]).await, AppendError::GuardTaken(1)));
    assert!(matches!(settle(&[met, none, none]).await, AppendError::Ambiguous(_)));
    assert!(matches!(settle(&[met, taken, none]).await, AppendError::Ambiguous(_)));
    assert!(matches!(settle(&[none, throttled, none]).await, AppendError::Ambiguous(_)));
    assert!(matches!(settle(&["ValidationError", none, none]).await, AppendError::Rejected(_)));
}

#[tokio::test]
async fn an_unreadable_item_breaks_the_stream() {
    let item = json!({ "pk": { "S": "T#main#thing#a" }, "sk": { "S": "C#000000000001" } });
    let log = Script::default().log(200, json!({ "Items": [item.clone()], "Item": item, "Count": 1 }));
    let outcome = log.load(&stream("a"), LoadFrom::Beginning).await;
    assert!(
        matches!(&outcome, Err(LogError::Broken { stream, .. }) if stream == "T#main#thing#a"),
        "{outcome:?}"
    );
    assert!(matches!(log.read(&stream("a"), 1).await, Err(LogError::Broken { .. })));
}

#[tokio::test]
async fn a_day_is_read_shard_by_shard_through_the_index() {
    let script = Script::default();
    let log = script.log(200, json!({ "Items": [], "Count": 0 }));
    log.committed_between(NOON, NOON.plus_days(1), 10).await.unwrap();
    let requests = script.requests();
    assert!(requests.iter().all(|(operation, body)| operation == "Query" && body["IndexName"] == "by-time"));
    let mut shards: Vec<_> =
        requests.iter().map(|(_, body)| body["ExpressionAttributeValues"][":ds"]["S"].clone()).collect();
    shards.sort_by_key(Value::to_string);
    let expected: Vec<String> =
        (22..=23).flat_map(|day| (0..4).map(move |shard| format!("2026-11-{day}#{shard}"))).collect();
    assert_eq!(shards, expected);
}

#[tokio::test]
async fn a_filter_that_finds_nothing_gives_up_after_so_many_reads() {
    let script = Script::default();
    let last = json!({ "pk": { "S": "p" }, "sk": { "S": "s" } });
    let client = script.client(move |_| (200, json!({ "Items": [], "Count": 0, "LastEvaluatedKey": last })));
    let query =
        event_store::Query { filters: vec![Filter::Equals("a", "b".to_owned())], limit: 2, ..all("p") };
    let page = DynamoViews::new(client, "t".to_owned()).query(query).await.unwrap();
    assert_eq!(page.rows, []);
    assert_eq!(page.next.map(|next| next.sk).as_deref(), Some("s"));
    let limits: Vec<u64> =
        script.requests().iter().map(|(_, body)| body["Limit"].as_u64().unwrap()).collect();
    assert_eq!(limits.len(), MOST_READS);
    assert_eq!(limits[..3], [3, 12, 48], "reads grow, so that a sparse filter costs few round trips");
}

#[tokio::test]
async fn keys_that_stay_unprocessed_are_asked_for_again_but_not_for_ever() {
    let script = Script::default();
    let client = script.client(|body| {
        let mut rest = body["RequestItems"].clone();
        let key = rest["t"]["Keys"].as_array_mut().unwrap().remove(0);
        let rest = if rest["t"]["Keys"] == json!([]) { json!({}) } else { rest };
        (200, json!({ "Responses": { "t": [key] }, "UnprocessedKeys": rest }))
    });
    let ops = DynamoOps::new(client, "t".to_owned());
    let keys = |n: usize| (0..n).map(|n| ("p".to_owned(), n.to_string())).collect::<Vec<_>>();
    assert_eq!(ops.present(&keys(5)).await.unwrap(), [true; 5]);
    assert_eq!(script.requests().len(), 5);
    let outcome = ops.present(&keys(50)).await;
    assert!(
        matches!(outcome, Err(StorageError::Unavailable { operation: "ops.present", .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn rows_that_stay_unprocessed_are_written_again_but_not_for_ever() {
    let script = Script::default();
    let client = script.client(|body| {
        let mut rest = body["RequestItems"].clone();
        rest["t"].as_array_mut().unwrap().remove(0);
        let rest = if rest["t"] == json!([]) { json!({}) } else { rest };
        (200, json!({ "UnprocessedItems": rest }))
    });
    let rows = (0..30).map(|n| Row { pk: "p".to_owned(), sk: n.to_string(), ..Row::default() });
    DynamoViews::new(client, "t".to_owned()).fill(rows.clone()).await.unwrap();
    assert_eq!(script.requests().len(), 25 + 5);
    let stuck = script.client(|body| (200, json!({ "UnprocessedItems": body["RequestItems"] })));
    let outcome = DynamoViews::new(stuck, "t".to_owned()).fill(rows).await;
    assert!(matches!(outcome, Err(StorageError::Unavailable { operation: "views.fill", .. })), "{outcome:?}");
}

#[tokio::test]
async fn many_rows_are_one_consistent_call_in_which_no_key_stands_twice() {
    let script = Script::default();
    let client = script.client(|_| (200, json!({ "Responses": { "t": [] }, "UnprocessedKeys": {} })));
    let views = DynamoViews::new(client, "t".to_owned());
    let keys: Vec<(String, String)> =
        (0..41).chain([0, 40]).map(|n: u8| ("p".to_owned(), n.to_string())).collect();
    assert_eq!(views.get_many(&keys).await.unwrap(), vec![None; 43]);
    let asked = &script.requests()[0].1["RequestItems"]["t"];
    assert_eq!((script.requests().len(), asked["Keys"].as_array().unwrap().len()), (1, 41));
    assert_eq!(asked["ConsistentRead"], true);
}
