//! What happens when a provider does not answer, or not as it should; and how it is called.

use std::time::Duration;

use auth::adapters::OutsideProviders;
use auth::ports::ProviderCalls as _;
use http_kit::testing::TestRequest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{START, come_back, leave, log_in, refused, trusting};

#[tokio::test]
async fn nobody_is_sent_to_a_provider_that_does_not_answer() {
    let document = "/openid-configuration";
    for (status, body) in
        [(None, ""), (Some(500), ""), (Some(302), ""), (Some(200), "<html>"), (Some(200), "{}")]
    {
        let world = trusting().await;
        world.provider.instead(document, status, body);
        let answer = world.send(TestRequest::get(START)).await;
        assert_eq!((answer.status(), answer.problem().as_str()), (503, "unavailable"), "{status:?} {body}");
        assert_eq!(answer.header("set-cookie"), "");
        assert!(world.ops.items().is_empty());
    }
}

#[tokio::test]
async fn a_login_that_the_provider_cannot_finish_is_no_refusal_and_is_begun_again() {
    for (end, status, body) in [
        ("/token", None, ""),
        ("/token", Some(500), ""),
        ("/token", Some(200), "{}"),
        ("/token", Some(302), ""),
        ("/token", Some(401), r#"{"error":"invalid_client"}"#),
        ("/token", Some(400), r#"{"error":"invalid_request"}"#),
        ("/jwks", None, ""),
        ("/jwks", Some(503), ""),
        ("/jwks", Some(200), "[]"),
    ] {
        let world = trusting().await;
        world.provider.instead(end, status, body);
        let trip = leave(&world, "4711").await;
        let answer = come_back(&world, &trip.query(), &trip.cookie).await;
        refused(&world, &answer, 503, &format!("{end} {status:?} {body}"));
        assert!(answer.json()["detail"].as_str().unwrap().contains("Begin again"));
        refused(&world, &come_back(&world, &trip.query(), &trip.cookie).await, 400, "it is used up");
    }
}

#[tokio::test]
async fn a_login_without_a_signature_of_ours_is_answered_with_503() {
    let world = trusting().await;
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    world.signer.set_broken(true);
    let commits = world.commits().len();
    assert_eq!(log_in(&world, "4711").await.status(), 503);
    assert_eq!(world.commits().len(), commits);
}

/// A server that answers every connection with this text, and then says nothing; gives its address.
async fn server(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let read = socket.read(&mut [0; 4_096]).await.unwrap();
            assert!(read > 0);
            // Whoever has heard enough hangs up.
            drop(socket.write_all(answer.as_bytes()).await);
            open.push(socket);
        }
    });
    address
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let secret = server("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhush".to_owned()).await;
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {secret}\r\ncontent-length: 0\r\n\r\n");
    let answer = OutsideProviders::default().get(&server(redirect).await).await.unwrap();
    assert_eq!((answer.status, answer.body), (302, Vec::new()));
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let endless = format!("HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n{}", "a".repeat(200_000));
    let error = OutsideProviders::default().get(&server(endless).await).await.unwrap_err();
    assert!(kernel::error::chain(error.as_ref()).contains("more than 131072 bytes"), "{error}");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let calls = OutsideProviders::with_timeout(Duration::from_millis(50));
    let address = server("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n".to_owned()).await;
    assert!(calls.post_form(&address, None, String::new()).await.is_err());
}
