use crate::support::{AUTHORIZER, HTTP_GET, SCHEDULED, SQS, STREAM, bare_app, changed};

async fn refusal(event: &str) -> String {
    bare_app().handle(event).await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_event_that_nobody_serves_is_refused_by_its_kind() {
    for (event, kind) in [
        (HTTP_GET, "http"),
        (SQS, "inbox"),
        (STREAM, "stream"),
        (AUTHORIZER, "authorizer"),
        (SCHEDULED, "direct"),
        (r#"{"kind":"ready"}"#, "direct"),
    ] {
        assert_eq!(refusal(event).await, format!("svc does not serve {kind} events"));
    }
}

#[tokio::test]
async fn an_unknown_shape_is_refused_by_the_names_it_has_and_never_by_its_values() {
    let refusal = refusal(r#"{"secret":"4711","another":1}"#).await;
    assert_eq!(refusal, "no event this function knows: an object with another, secret");
}

#[tokio::test]
async fn other_sources_of_batches_are_named() {
    let other = |source: &str| changed(SQS, |event| event["Records"][0]["eventSource"] = source.into());
    assert!(refusal(&other("aws:kinesis")).await.ends_with("a batch whose event source is aws:kinesis"));
    assert!(refusal(r#"{"Records":[{"EventSource":"aws:sns"}]}"#).await.ends_with("event source is none"));
    assert!(refusal(r#"{"Records":[]}"#).await.ends_with("a batch without records"));
}

#[tokio::test]
async fn a_request_of_payload_format_one_is_refused() {
    let old = changed(HTTP_GET, |event| event["version"] = "1.0".into());
    assert!(refusal(&old).await.ends_with("an HTTP request that is not of payload format 2.0"));
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_by_position() {
    assert!(refusal("[1]").await.contains("not a JSON object (wrong type"));
    assert!(refusal(r#"{"kind":"#).await.contains("not a JSON object (truncated at line 1 column 8)"));
    assert!(refusal("{}").await.ends_with("an empty object"));
}

#[tokio::test]
async fn a_known_event_with_a_wrong_member_is_refused_without_quoting_it() {
    let broken = changed(HTTP_GET, |event| event["requestContext"]["http"]["method"] = 4711.into());
    let refusal = refusal(&broken).await;
    assert!(refusal.starts_with("this http event cannot be read ("), "{refusal}");
    assert!(!refusal.contains("4711"), "{refusal}");
}
