//! The Lambda API as the tool speaks it, against a server that says what it was asked.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use polyctl::contexts::{AskError, Context, Contexts as _, Functions, Place};
use serde_json::json;

/// Answers one request; gives its head and body.
fn serve(status: &'static str, headers: &'static str, body: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut buffer) = (String::new(), [0; 4096]);
        while !request.ends_with("\"main\"}") {
            let read = stream.read(&mut buffer).unwrap();
            request.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).unwrap();
        request
    });
    (url, server)
}

async fn ask(url: String) -> Result<serde_json::Value, AskError> {
    let functions = Functions::at(&Place::Local(url), "polymer-local").unwrap();
    functions.ask(Context::Deal, &json!({ "kind": "imported", "tenant": "main" })).await
}

#[tokio::test]
async fn a_context_is_asked_by_invoking_its_function() {
    let (url, server) = serve("200 OK", "", r#"{"ok":{"ids":{}}}"#);
    assert_eq!(ask(url).await.unwrap(), json!({ "ids": {} }));
    let request = server.join().unwrap();
    assert!(request.starts_with("POST /2015-03-31/functions/polymer-local-deal/invocations"), "{request}");
    assert!(request.contains("\r\nauthorization: AWS4-HMAC-SHA256 Credential=000000000000/"), "{request}");
}

#[tokio::test]
async fn a_refusal_a_missing_function_and_a_fault_are_told_apart() {
    let (url, _server) = serve("200 OK", "", r#"{"error":{"code":"invalid","detail":"no"}}"#);
    assert!(matches!(ask(url).await, Err(AskError::Refused { code, .. }) if code == "invalid"));
    let missing = "x-amzn-errortype: ResourceNotFoundException\r\n";
    let (url, _server) = serve("404 Not Found", missing, r#"{"Message":"Function not found"}"#);
    assert!(matches!(ask(url).await, Err(AskError::Absent(Context::Deal))));
    let (url, _server) =
        serve("200 OK", "x-amz-function-error: Unhandled\r\n", r#"{"errorMessage":"timed out"}"#);
    assert!(matches!(ask(url).await, Err(AskError::Failed(Context::Deal, _))));
}
