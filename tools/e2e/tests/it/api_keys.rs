//! API keys on the real authorizer.

use std::time::Duration;

use anyhow::{Result, bail};
use e2e::{Answer, Api, Endpoints};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{key, text};

async fn products(api: &Api) -> Result<Answer> {
    api.get("/v1/products?limit=1").await
}

/// Waits until a secret that was taken back opens nothing.
async fn await_refusal(program: &Api) -> Result<Answer> {
    for _ in 0..120 {
        let answer = products(program).await?;
        if answer.status.as_u16() == 401 {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("a secret that was taken back still works after a minute")
}

/// The key as the list shows it, once it does.
async fn await_listed(trader: &Api, id: &str, seen: fn(&Value) -> bool) -> Result<Value> {
    for _ in 0..120 {
        let list = trader.get("/v1/api-keys?limit=200").await?.expect(200)?;
        let listed = list["data"].as_array().into_iter().flatten().find(|listed| text(listed, "id") == id);
        if let Some(listed) = listed.filter(|listed| seen(listed)) {
            return Ok(listed.clone());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("{id} is not listed as expected after a minute")
}

#[tokio::test]
async fn a_program_works_with_its_key_until_its_secret_is_replaced_and_the_key_revoked() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let trader = Api::login(&endpoints, "trader").await?;
    let (name, once) = (key(), key());
    let body = json!({ "name": name, "scopes": ["product:read", "deal:read"] });
    let made = trader.post("/v1/api-keys", &once, &body).await?.expect(201)?;
    let (id, first) = (text(&made, "id").to_owned(), trader.with_token(text(&made, "secret")));
    let again = trader.post("/v1/api-keys", &once, &body).await?;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let again = again.expect(201)?;
    assert_eq!((text(&again, "id"), again.get("secret")), (id.as_str(), None));

    products(&first).await?.expect(200)?;
    let me = first.get("/v1/me").await?.expect(200)?;
    assert_eq!((text(&me, "userId"), text(&me, "name")), (id.as_str(), name.as_str()));
    let refused = first.post("/v1/deals", &key(), &json!({})).await?.expect(403)?;
    assert_eq!(refused["permission"], "deal:write");
    first.get("/v1/api-keys").await?.expect(403)?;
    let listed = await_listed(&trader, &id, |listed| listed["lastUsedAt"].is_string()).await?;
    assert_eq!((text(&listed, "name"), listed.get("secret")), (name.as_str(), None));

    let rotate = format!("/v1/api-keys/{id}/rotate");
    let rotated = trader.post(&rotate, &key(), &json!({ "overlapHours": 1 })).await?.expect(200)?;
    let second = trader.with_token(text(&rotated, "secret"));
    for program in [&first, &second] {
        products(program).await?.expect(200)?;
    }
    let rotated = trader.post(&rotate, &key(), &json!({ "overlapHours": 0 })).await?.expect(200)?;
    let third = trader.with_token(text(&rotated, "secret"));
    for program in [&first, &second] {
        let answer = await_refusal(program).await?;
        assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    }
    products(&third).await?.expect(200)?;

    let path = format!("/v1/api-keys/{id}");
    let stranger = Api::login(&endpoints, "accounts").await?;
    stranger.get(&path).await?.expect(404)?;
    let revoked = trader.send(trader.request(Method::DELETE, &path)).await?;
    assert_eq!(revoked.status.as_u16(), 204, "{}", revoked.body);
    await_refusal(&third).await?;
    await_listed(&trader, &id, |listed| listed["revokedAt"].is_string()).await?;
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_meant_for_little_is_told_to_wait() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let trader = Api::login(&endpoints, "trader").await?;
    let body = json!({ "name": key(), "scopes": ["product:read"], "ratePerMinute": 1 });
    let made = trader.post("/v1/api-keys", &key(), &body).await?.expect(201)?;
    let program = trader.with_token(text(&made, "secret"));
    // Each instance lets one pass on credit.
    for _ in 0..50 {
        let answer = products(&program).await?;
        let policy = answer.header("ratelimit-policy").unwrap_or_default();
        assert!(policy.starts_with("\"key\";q=1;w=60"), "{policy}");
        if answer.status.as_u16() == 429 {
            assert!(answer.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok()));
            assert_eq!(answer.body["quota"], "key");
            let path = format!("/v1/api-keys/{}", text(&made, "id"));
            assert_eq!(trader.send(trader.request(Method::DELETE, &path)).await?.status.as_u16(), 204);
            return Ok(());
        }
        answer.expect(200)?;
    }
    bail!("fifty requests passed where one a minute was to")
}

#[tokio::test]
async fn a_hundred_a_minute_end_about_there_and_nobody_else_waits_for_it() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let trader = Api::login(&endpoints, "trader").await?;
    let body = json!({ "name": key(), "scopes": ["product:read"], "ratePerMinute": 100 });
    let made = trader.post("/v1/api-keys", &key(), &body).await?.expect(201)?;
    let program = trader.with_token(text(&made, "secret"));
    let mut passed = 0;
    let refused = loop {
        let answer = products(&program).await?;
        if answer.status.as_u16() == 429 {
            break answer;
        }
        answer.expect(200)?;
        passed += 1;
        // Each instance takes its first share, a twentieth, on credit; and the bucket fills while requests are under way.
        assert!(passed <= 300, "{passed} passed where a hundred a minute were to");
    };
    assert_eq!(refused.body["quota"], "key");
    assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok()));
    assert!(
        refused.header("ratelimit").is_some_and(|left| left.contains("\"key\";r=0")),
        "{:?}",
        refused.headers
    );
    // What is left of the shares of instances that were not asked last is not to be had.
    assert!(passed >= 75, "the first was told to wait after {passed}");
    products(&trader).await?.expect(200)?;
    let path = format!("/v1/api-keys/{}", text(&made, "id"));
    assert_eq!(trader.send(trader.request(Method::DELETE, &path)).await?.status.as_u16(), 204);
    Ok(())
}

#[tokio::test]
async fn what_only_looks_like_a_key_is_refused() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let api = Api::anonymous(&endpoints)?;
    let cut = "polykey_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f_AAAA";
    for token in ["polykey_", cut, &format!("{}{}", &cut[..41], "A".repeat(48))] {
        let answer = products(&api.with_token(token)).await?;
        assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""), "{token}");
        answer.expect(401)?;
    }
    Ok(())
}
