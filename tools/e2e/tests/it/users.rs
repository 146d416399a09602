//! A user from the first login to the last, on the real authorizer.

use std::time::Duration;

use anyhow::{Result, bail};
use e2e::{Answer, Api, Endpoints};
use reqwest::Method;
use serde_json::{Value, json};

use crate::firm::{key, text};

async fn log_in(api: &Api, email: &str, password: &str) -> Result<Answer> {
    let body = json!({ "email": email, "password": password });
    api.send(api.request(Method::POST, "/v1/auth/login").json(&body)).await
}

async fn logged_in(api: &Api, email: &str, password: &str) -> Result<Api> {
    Ok(api.with_token(text(&log_in(api, email, password).await?.expect(200)?, "accessToken")))
}

/// Waits until a token opens nothing.
async fn await_end(user: &Api) -> Result<()> {
    for _ in 0..130 {
        if user.get("/v1/me").await?.status.as_u16() == 401 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("a session that is over still works after a minute")
}

/// The user as the list shows them, once it does.
async fn listed(admin: &Api, email: &str) -> Result<Value> {
    for _ in 0..60 {
        let list = admin.get("/v1/users?limit=200").await?.expect(200)?;
        if let Some(user) =
            list["data"].as_array().into_iter().flatten().find(|user| text(user, "email") == email)
        {
            return Ok(user.clone());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("{email} is not listed after half a minute")
}

#[tokio::test]
async fn a_user_chooses_a_password_works_and_is_kept_out() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let admin = Api::login(&endpoints, "admin").await?;
    let anybody = Api::anonymous(&endpoints)?;
    let (email, first, own) =
        (format!("{}@example.com", key()), "given by the admin", "known to the user alone");
    let body = json!({ "email": email, "name": "Usha Nair", "password": first, "roles": ["viewer"] });
    let made = admin.post("/v1/users", &key(), &body).await?.expect(201)?;
    assert_eq!(listed(&admin, &email).await?, made);

    let before = logged_in(&anybody, &email, first).await?;
    assert_eq!(before.get("/v1/me").await?.expect(200)?["userId"], made["id"]);
    let change = json!({ "currentPassword": first, "newPassword": own });
    let changed = before.send(before.request(Method::POST, "/v1/me/password").json(&change)).await?;
    assert_eq!(changed.status.as_u16(), 204, "{}", changed.body);
    log_in(&anybody, &email, first).await?.expect(401)?;
    let after = logged_in(&anybody, &email, own).await?;
    await_end(&before).await?;
    after.get("/v1/products?limit=1").await?.expect(200)?;

    let path = format!("/v1/users/{}", text(&made, "id"));
    let current = admin.get(&path).await?.expect(200)?;
    let request =
        admin.request(Method::PATCH, &path).header("if-match", format!("\"{}\"", current["version"]));
    let kept_out = admin.send(request.json(&json!({ "disabled": true }))).await?.expect(200)?;
    assert_eq!(kept_out["disabled"], true);
    log_in(&anybody, &email, own).await?.expect(401)?;
    Ok(())
}
