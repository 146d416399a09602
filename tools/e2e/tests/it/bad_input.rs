//! Bad input gets every fault at once, and nothing is written.

use anyhow::{Context as _, Result};
use e2e::Api;
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, key};

async fn nothing_written(firm: &Firm) -> Result<()> {
    let listed = firm.api.get(&format!("/v1/deals?productId={}", firm.product)).await?.expect(200)?;
    assert_eq!(listed["data"], json!([]));
    Ok(())
}

#[tokio::test]
async fn every_wrong_quantity_is_refused_at_its_place() -> Result<()> {
    let firm = Firm::open().await?;
    let sources = json!([{ "purchase": { "supplier": "Fresh", "quantityKg": "10", "ratePerKg": "90" } }]);
    for quantity in [
        json!("0"),
        json!("-1"),
        json!("1.0001"),
        json!("1e308"),
        json!("NaN"),
        json!(true),
        json!([]),
        json!(1e308),
        Value::Null,
    ] {
        let mut sale = firm.sale("10", "91", sources.clone());
        sale["quantityKg"] = quantity.clone();
        let answer = firm.api.post("/v1/deals", &key(), &sale).await?;
        assert_eq!(answer.status, 422, "{quantity}: {}", answer.body);
        assert_eq!(answer.faults(), ["/quantityKg"], "{quantity}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    nothing_written(&firm).await
}

#[tokio::test]
async fn all_faults_of_a_body_come_at_once() -> Result<()> {
    let firm = Firm::open().await?;
    let sale = json!({
        "date": "2025-02-30", "customer": " ", "productId": "deal_1", "quantityKg": "0", "ratePerKg": 1.23456,
        "deliveryTerms": "drone", "discount": 1,
        "sources": [{ "lotId": "lot_1", "quantityKg": "-1" }, { "purchase": { "quantityKg": "5" } }],
    });
    let answer = firm.api.post("/v1/deals", &key(), &sale).await?;
    assert_eq!(answer.status, 422);
    let mut faults = answer.faults();
    faults.sort();
    for place in [
        "/customer",
        "/date",
        "/deliveryTerms",
        "/discount",
        "/productId",
        "/quantityKg",
        "/ratePerKg",
        "/sources/0/lotId",
        "/sources/0/quantityKg",
        "/sources/1/purchase/ratePerKg",
        "/sources/1/purchase/supplier",
    ] {
        assert!(faults.iter().any(|fault| fault == place), "{place} is missing from {faults:?}");
    }
    nothing_written(&firm).await
}

#[tokio::test]
async fn terms_that_break_rules_are_refused_before_anything_is_written() -> Result<()> {
    let firm = Firm::open().await?;
    let other = Firm::open().await?;
    let foreign = other.lot("100", "90").await?;
    let sale = firm.sale("10", "91", json!([{ "lotId": foreign, "quantityKg": "5" }]));
    let answer = firm.api.post("/v1/deals", &key(), &sale).await?;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.faults(), ["/sources/0/lotId", "/sources"]);
    let mut unknown = firm.sale("10", "91", json!([{ "lotId": foreign, "quantityKg": "10" }]));
    unknown["productId"] = json!("product_00000000000000000000000000000000");
    let answer = firm.api.post("/v1/deals", &key(), &unknown).await?;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.faults().contains(&"/productId".to_owned()), "{}", answer.body);
    nothing_written(&firm).await
}

#[tokio::test]
async fn an_idempotency_key_is_required_and_belongs_to_one_request() -> Result<()> {
    let firm = Firm::open().await?;
    let sources = json!([{ "purchase": { "supplier": "Fresh", "quantityKg": "10", "ratePerKg": "90" } }]);
    let sale = firm.sale("10", "91", sources.clone());
    let without = firm.api.send(firm.api.request(Method::POST, "/v1/deals").json(&sale)).await?;
    assert_eq!(without.status, 400);
    assert_eq!(without.faults(), ["Idempotency-Key"]);
    nothing_written(&firm).await?;
    let key = key();
    let first = firm.api.post("/v1/deals", &key, &sale).await?.expect(202)?;
    let again = firm.api.post("/v1/deals", &key, &sale).await?;
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{again:?}");
    assert_eq!(again.body["id"], first["id"]);
    let other = firm.api.post("/v1/deals", &key, &firm.sale("9", "91", sources)).await?;
    assert_eq!(other.status, 422, "{}", other.body);
    Ok(())
}

#[tokio::test]
async fn malformed_requests_are_told_apart() -> Result<()> {
    let firm = Firm::open().await?;
    let post = |content_type: &'static str, body: Vec<u8>| {
        let request = firm.api.request(Method::POST, "/v1/deals").header("Idempotency-Key", key());
        firm.api.send(request.header("Content-Type", content_type).body(body))
    };
    let json = "application/json";
    assert_eq!(post(json, br#"{"date": "2025-0"#.to_vec()).await?.status, 400);
    let twice = post(json, br#"{"date": "2025-08-01", "date": "2025-08-02"}"#.to_vec()).await?;
    assert_eq!(twice.status, 400, "{}", twice.body);
    assert_eq!(post("text/plain", b"hello".to_vec()).await?.status, 415);
    assert_eq!(post(json, vec![b' '; 300_000]).await?.status, 413);
    assert_eq!(post(json, [vec![b'['; 5_000], vec![b']'; 5_000]].concat()).await?.status, 400);
    let wrong_method = firm.api.send(firm.api.request(Method::DELETE, "/v1/deals")).await?;
    assert_eq!(wrong_method.status, 405);
    assert!(wrong_method.header("allow").context("Allow")?.contains("POST"));
    for query in ["cursor=Zm9yZ2Vk", "limit=0", "limit=1000", "from=yesterday", "colour=red", "status=lost"] {
        let answer = firm.api.get(&format!("/v1/deals?{query}")).await?;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
    }
    let unknown = firm.api.get("/v1/deals/deal_00000000000000000000000000000000").await?;
    assert_eq!(unknown.status, 404);
    assert_eq!(firm.api.get("/v1/deals/..%2f..%2fetc").await?.status, 404);
    nothing_written(&firm).await
}

#[tokio::test]
async fn nobody_gets_in_without_a_good_token_or_does_what_their_role_forbids() -> Result<()> {
    let firm = Firm::open().await?;
    let anonymous = Api::anonymous(&firm.endpoints)?;
    assert_eq!(anonymous.get("/v1/deals").await?.status, 401);
    let forged = anonymous.with_token("eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9.").get("/v1/deals").await?;
    assert_eq!(forged.status, 401);
    assert!(forged.header("www-authenticate").context("WWW-Authenticate")?.starts_with("Bearer"));
    let viewer = Api::login(&firm.endpoints, "viewer").await?;
    assert_eq!(viewer.get("/v1/deals").await?.status, 200);
    let sources = json!([{ "purchase": { "supplier": "Fresh", "quantityKg": "10", "ratePerKg": "90" } }]);
    let refused = viewer.post("/v1/deals", &key(), &firm.sale("10", "91", sources)).await?;
    assert_eq!(refused.status, 403, "{}", refused.body);
    nothing_written(&firm).await
}

#[tokio::test]
async fn a_wrong_password_tells_nothing() -> Result<()> {
    let firm = Firm::open().await?;
    let anonymous = Api::anonymous(&firm.endpoints)?;
    let mut answers = Vec::new();
    for email in ["nobody@demo.polymer.example", firm.endpoints.logins["viewer"].email.as_str()] {
        let body = json!({ "email": email, "password": "not the password" });
        let answer = anonymous.send(anonymous.request(Method::POST, "/v1/auth/login").json(&body)).await?;
        assert_eq!(answer.status, 401, "{}", answer.body);
        answers.push((answer.body["title"].clone(), answer.body["detail"].clone()));
    }
    assert_eq!(answers[0], answers[1]);
    Ok(())
}
