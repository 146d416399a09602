use std::sync::{Arc, Mutex};

use lambda_entry::{App, InboxHandler, InboxRecord, StreamHandler, StreamRecord};
use serde_json::json;

use crate::support::{SQS, STREAM, bare_app, changed};

const FIRST: &str = "059f36b4-87a3-44ab-83d2-661975830a7d";
const SECOND: &str = "2e1424d4-f796-459a-8184-9c92662be6da";

/// Remembers what it was given and fails what it is told to.
#[derive(Default)]
struct Recorder {
    inbox: Mutex<Vec<InboxRecord>>,
    stream: Mutex<Vec<StreamRecord>>,
    fails: Vec<&'static str>,
    panics: bool,
}

impl Recorder {
    fn failures(&self) -> Vec<String> {
        assert!(!self.panics, "told to panic");
        self.fails.iter().map(|id| (*id).to_owned()).collect()
    }
}

#[async_trait::async_trait]
impl InboxHandler for Recorder {
    async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String> {
        *self.inbox.lock().unwrap() = records;
        self.failures()
    }
}

#[async_trait::async_trait]
impl StreamHandler for Recorder {
    async fn handle(&self, records: Vec<StreamRecord>) -> Vec<String> {
        *self.stream.lock().unwrap() = records;
        self.failures()
    }
}

fn app(recorder: Recorder) -> (App, Arc<Recorder>) {
    let recorder = Arc::new(recorder);
    (bare_app().inbox(recorder.clone()).stream(recorder.clone()), recorder)
}

#[tokio::test]
async fn messages_reach_the_inbox_with_their_receive_count() {
    let (app, recorder) = app(Recorder::default());
    let answer = app.handle(SQS).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    let expected = [
        InboxRecord {
            message_id: FIRST.to_owned(),
            receipt_handle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a".to_owned(),
            body: r#"{"schedule":"sweep"}"#.to_owned(),
            receive_count: 3,
        },
        InboxRecord {
            message_id: SECOND.to_owned(),
            receipt_handle: "AQEBzWwaftRI0KuVm4tP+/7q1rGgNqicHq".to_owned(),
            body: "second".to_owned(),
            receive_count: 1,
        },
    ];
    assert_eq!(*recorder.inbox.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_failed_message_comes_again_and_its_neighbour_does_not() {
    let (app, _) = app(Recorder { fails: vec![SECOND], ..Recorder::default() });
    let answer = app.handle(SQS).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": SECOND }] }));
}

#[tokio::test]
async fn a_panic_fails_every_message_and_not_the_process() {
    let (app, _) = app(Recorder { panics: true, ..Recorder::default() });
    let answer = app.handle(SQS).await.unwrap();
    let all = json!([{ "itemIdentifier": FIRST }, { "itemIdentifier": SECOND }]);
    assert_eq!(answer, json!({ "batchItemFailures": all }));
}

#[tokio::test]
async fn changes_reach_the_stream_handler_in_dynamodb_json() {
    let (app, recorder) = app(Recorder::default());
    app.handle(STREAM).await.unwrap();
    let records = recorder.stream.lock().unwrap();
    assert_eq!(records[0].sequence_number, "13021600000000001596893679");
    assert_eq!(records[0].event_name, "INSERT");
    assert_eq!(records[0].keys["pk"]["S"], "T#main#thing#1");
    assert_eq!(records[0].new_image["first"]["N"], "1");
    assert_eq!(records[1].event_name, "REMOVE");
    assert_eq!(records[1].new_image, serde_json::Value::Null);
}

#[tokio::test]
async fn a_failed_change_is_named_by_its_sequence_number() {
    let (app, _) = app(Recorder { fails: vec!["13021600000000001596893680"], ..Recorder::default() });
    let answer = app.handle(STREAM).await.unwrap();
    let failed = json!([{ "itemIdentifier": "13021600000000001596893680" }]);
    assert_eq!(answer, json!({ "batchItemFailures": failed }));
}

#[tokio::test]
async fn a_message_that_cannot_be_named_fails_the_invocation() {
    let (app, _) = app(Recorder::default());
    let event = changed(SQS, |event| {
        event["Records"][1].as_object_mut().unwrap().remove("messageId");
    });
    let error = app.handle(event).await.unwrap_err();
    assert_eq!(error.to_string(), "this inbox event has no usable `messageId`");
}
