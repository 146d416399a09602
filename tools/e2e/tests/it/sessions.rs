//! Sessions on the real authorizer.

use std::time::Duration;

use anyhow::{Result, bail};
use e2e::{Api, Endpoints};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{Firm, text};
use crate::phones::{AUDIENCES, Phones, name_people};

/// Logs in as the demo viewer, whom no other test is.
async fn login(api: &Api, endpoints: &Endpoints) -> Result<Value> {
    let viewer = &endpoints.logins["viewer"];
    let credentials = json!({ "email": viewer.email, "password": viewer.password });
    api.send(api.request(Method::POST, "/v1/auth/login").json(&credentials)).await?.expect(200)
}

async fn give(api: &Api, path: &str, tokens: &Value) -> Result<(u16, Value)> {
    let body = json!({ "refreshToken": text(tokens, "refreshToken") });
    let answer = api.send(api.request(Method::POST, path).json(&body)).await?;
    Ok((answer.status.as_u16(), answer.body))
}

async fn status_with(api: &Api, tokens: &Value) -> Result<u16> {
    let user = api.with_token(text(tokens, "accessToken"));
    Ok(user.get("/v1/products?limit=1").await?.status.as_u16())
}

#[tokio::test]
async fn a_session_is_refreshed_and_ends_with_its_access_tokens() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let api = Api::anonymous(&endpoints)?;
    let (first, other) = (login(&api, &endpoints).await?, login(&api, &endpoints).await?);
    let (status, next) = give(&api, "/v1/auth/refresh", &first).await?;
    assert_eq!(status, 200, "{next}");
    for tokens in [&first, &next, &other] {
        assert_eq!(status_with(&api, tokens).await?, 200);
    }
    assert_eq!(give(&api, "/v1/auth/logout", &next).await?.0, 204);
    assert_eq!(give(&api, "/v1/auth/refresh", &next).await?.0, 401);
    for _ in 0..120 {
        if (status_with(&api, &first).await?, status_with(&api, &next).await?) == (401, 401) {
            assert_eq!(status_with(&api, &other).await?, 200, "a session elsewhere goes on");
            assert_eq!(give(&api, "/v1/auth/refresh", &other).await?.0, 200);
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("the access tokens of an ended session still work after a minute")
}

#[tokio::test]
async fn three_tabs_refresh_at_once_and_a_copy_used_later_ends_them_and_is_told_to_the_owners() -> Result<()>
{
    let firm = Firm::open().await?;
    let phones = Phones::of(&firm)?;
    let api = Api::anonymous(&firm.endpoints)?;
    let stale = login(&api, &firm.endpoints).await?;
    let tabs =
        futures_util::future::try_join_all((0..3).map(|_| give(&api, "/v1/auth/refresh", &stale))).await?;
    for (status, tab) in &tabs {
        assert_eq!((*status, status_with(&api, tab).await?), (200, 200), "{tab}");
    }
    // Longer than tabs may come late.
    tokio::time::sleep(Duration::from_secs(11)).await;
    let _ours = AUDIENCES.lock().await;
    let people = name_people(&firm).await?;
    assert_eq!(give(&api, "/v1/auth/refresh", &stale).await?.0, 401);
    for (_, tab) in &tabs {
        assert_eq!(give(&api, "/v1/auth/refresh", tab).await?.0, 401);
    }
    let viewer = &firm.endpoints.logins["viewer"].email;
    for owner in &people[2..] {
        let told = phones.await_text(owner, "LOGIN ENDED").await?;
        assert!(told.contains(viewer.as_str()), "{told}");
    }
    Ok(())
}
