//! SDK clients made from an [`cloud::AwsConfig`], against a local server.

#![cfg(test)] // Helpers may unwrap, as the tests they serve.

mod server;

use cloud::AwsConfig;
use kernel::config::Env;
use server::Server;

fn aws(endpoint: &str) -> AwsConfig {
    let env = Env::from_pairs([
        ("AWS_REGION", "ap-south-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "the-session-token"),
        ("AWS_ENDPOINT_URL", endpoint),
    ]);
    let aws = AwsConfig::from_env(&env);
    env.finish(aws).unwrap()
}

#[tokio::test]
async fn requests_are_signed_and_carry_the_session_token() {
    let server = Server::start(200, "{}").await;
    let client = aws_sdk_dynamodb::Client::new(aws(&server.url).sdk_config());
    client.list_tables().send().await.unwrap();
    let requests = server.requests();
    let request = requests.first().unwrap().to_ascii_lowercase();
    assert!(request.contains("x-amz-target: dynamodb_20120810.listtables"), "{request}");
    assert!(request.contains("x-amz-security-token: the-session-token"), "{request}");
    assert!(request.contains("authorization: aws4-hmac-sha256 credential=akidexample/"), "{request}");
    assert!(request.contains("/ap-south-1/dynamodb/aws4_request"), "{request}");
}

#[tokio::test]
async fn clients_of_different_services_share_one_connection() {
    let server = Server::start(200, "{}").await;
    let aws = aws(&server.url);
    let table = aws_sdk_dynamodb::Client::new(aws.sdk_config());
    let queue = aws_sdk_sqs::Client::new(aws.clone().sdk_config());
    table.list_tables().send().await.unwrap();
    queue.list_queues().send().await.unwrap();
    table.list_tables().send().await.unwrap();
    assert_eq!(server.requests().len(), 3);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn calls_at_once_get_a_connection_each_and_later_ones_reuse_them() {
    let server = Server::start(200, "{}").await;
    let table = aws_sdk_dynamodb::Client::new(aws(&server.url).sdk_config());
    let (one, other) = tokio::join!(table.list_tables().send(), table.list_tables().send());
    assert!(one.is_ok() && other.is_ok());
    let (one, other) = tokio::join!(table.list_tables().send(), table.list_tables().send());
    assert!(one.is_ok() && other.is_ok());
    assert_eq!((server.requests().len(), server.connections()), (4, 2));
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_is_replaced() {
    let server = Server::start_closing(200, "{}").await;
    let table = aws_sdk_dynamodb::Client::new(aws(&server.url).sdk_config());
    for _ in 0..3 {
        table.list_tables().send().await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 3));
}

#[tokio::test]
async fn nobody_listening_is_said_with_its_cause() {
    let url = Server::start(200, "{}").await.url.replace("127.0.0.1", "127.0.0.2");
    let table = aws_sdk_dynamodb::Client::new(aws(&url).sdk_config());
    let error = table.list_tables().send().await.unwrap_err();
    assert!(kernel::error::chain(&error).contains("refused"), "{error:?}");
}

#[tokio::test]
async fn a_server_error_is_tried_three_times() {
    let server = Server::start(500, "{}").await;
    let client = aws_sdk_dynamodb::Client::new(aws(&server.url).sdk_config());
    assert!(client.list_tables().send().await.is_err());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_failed_warm_up_is_no_failure() {
    let server = Server::start(400, "{}").await;
    let client = aws_sdk_dynamodb::Client::new(aws(&server.url).sdk_config());
    cloud::warm_up("dynamodb", client.list_tables().send()).await;
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_that_hangs_is_given_up() {
    let hangs = std::future::pending::<Result<(), std::io::Error>>();
    cloud::warm_up("nothing", hangs).await;
}
