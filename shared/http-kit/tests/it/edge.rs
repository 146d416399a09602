//! What happens to every request.

use std::io::Read as _;

use http_kit::testing::TestRequest;
use serde_json::json;

use crate::app::router;

#[tokio::test]
async fn nothing_from_inside_reaches_the_caller() {
    for (path, status, problem) in
        [("/v1/fail", 500, "internal"), ("/v1/crash", 500, "internal"), ("/v1/lose", 503, "unavailable")]
    {
        let response = TestRequest::get(path).header("x-correlation-id", "corr-1").send(&router()).await;
        assert_eq!((response.status(), &*response.problem()), (status, problem), "{path}");
        assert!(!String::from_utf8_lossy(&response.body).contains("secret"), "{path}");
        assert_eq!(response.json()["correlationId"], "corr-1");
        assert_eq!(response.json()["instance"], path);
    }
    let lost = TestRequest::get("/v1/lose").send(&router()).await;
    assert_eq!(lost.header("retry-after"), "1");
}

#[tokio::test]
async fn a_long_path_is_cut_where_it_still_is_one() {
    // One hundred characters are echoed; the cut falls at, after, and between the characters of an escape.
    for (letters, kept) in [(100, 100), (99, 99), (98, 98), (97, 100)] {
        let path = format!("/{}%C3%A9", "a".repeat(letters - 1));
        let response = TestRequest::get(&path).send(&router()).await;
        assert_eq!(response.status(), 404);
        assert_eq!(response.json()["instance"], &path[..kept], "{letters}");
    }
}

#[tokio::test]
async fn a_valid_correlation_id_is_kept_and_any_other_replaced() {
    let ask = async |id: &str| {
        let response = TestRequest::get("/").header("x-correlation-id", id).send(&router()).await;
        assert_eq!(response.header("x-correlation-id"), response.json()["correlationId"]);
        response.header("x-correlation-id").to_owned()
    };
    assert_eq!(ask("order-1.A_b").await, "order-1.A_b");
    for bad in ["", "has a blank", "a;b", &"x".repeat(129)] {
        let replaced = ask(bad).await;
        assert!(replaced != bad && replaced.len() == 32, "{replaced}");
    }
    assert_eq!(TestRequest::get("/").send(&router()).await.header("x-correlation-id").len(), 32);
}

#[tokio::test]
async fn answers_are_private_and_typed() {
    let page = TestRequest::get("/v1/orders").caller("u", &["order:read"]).send(&router()).await;
    assert_eq!(page.header("content-type"), "application/json");
    assert_eq!(page.header("cache-control"), "private, no-cache");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    let body = json!({ "email": "a@b.example", "password": "x" });
    let signed_in = TestRequest::post("/v1/sign-in").json(&body).send(&router()).await;
    assert_eq!((signed_in.status(), signed_in.header("cache-control")), (200, "no-store"));
}

fn page(limit: u16) -> TestRequest {
    TestRequest::get(&format!("/v1/orders?limit={limit}")).caller("u", &["order:read"])
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_can_read_them() {
    let plain = page(200).send(&router()).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.body.len() > 1_024);

    let packed = page(200).header("accept-encoding", "br, gzip;q=0.8").send(&router()).await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"));
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut text).unwrap();
    assert_eq!(text, plain.body);
    assert!(packed.body.len() * 4 < plain.body.len(), "{} of {}", packed.body.len(), plain.body.len());
}

#[tokio::test]
async fn small_answers_and_other_encodings_are_sent_as_they_are() {
    for (limit, encodings) in [(2, "gzip"), (200, "identity"), (200, "gzip;q=0"), (200, "br")] {
        let response = page(limit).header("accept-encoding", encodings).send(&router()).await;
        assert_eq!(
            (response.status(), response.header("content-encoding")),
            (200, ""),
            "{limit} {encodings}"
        );
    }
}
