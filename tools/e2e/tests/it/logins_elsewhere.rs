//! Logins by an outside provider, in a browser as people make them.

use anyhow::{Context as _, Result, ensure};
use e2e::{Api, Endpoints};
use serde_json::Value;

use crate::browser::Browser;
use crate::firm::text;
use crate::webdriver::Session;

/// What a login that is not believed says.
const PROVES_NOTHING: &str = "does not prove who you are";
/// What an answer says that no login of this browser waits for.
const NOT_BEGUN: &str = "No such login waits in this browser";

/// One browser with everything it needs to log in.
struct Visitor<'b> {
    page: &'b Session,
    endpoints: &'b Endpoints,
}

impl Visitor<'_> {
    /// Begins a login: the browser is at the provider then.
    async fn begin(&self) -> Result<()> {
        self.page.goto(&format!("{}/v1/auth/oidc/demo/start", self.endpoints.api)).await?;
        let at = self.page.url().await?;
        ensure!(at.starts_with(&self.endpoints.login_provider), "the browser is at {at}");
        Ok(())
    }

    /// Has the provider asked for something else than was begun.
    async fn tamper(&self, parameter: &str) -> Result<()> {
        let mut at: reqwest::Url = self.page.url().await?.parse()?;
        let asked: Vec<(String, String)> = at.query_pairs().into_owned().collect();
        ensure!(asked.iter().any(|(name, _)| name == parameter), "{at} has no {parameter}");
        let foreign = "A".repeat(43);
        let other =
            asked.iter().map(|(name, value)| (name, if name == parameter { &foreign } else { value }));
        at.query_pairs_mut().clear().extend_pairs(other);
        self.page.goto(at.as_str()).await
    }

    /// Logs in at the provider as somebody; gives what the API answers.
    async fn choose(&self, person: &str) -> Result<Value> {
        self.page.find(&format!("button[name=sub][value={person}]")).await?.click().await?;
        self.answered().await
    }

    /// What the API answered.
    async fn answered(&self) -> Result<Value> {
        let shown = self.page.says("pre", "{").await?;
        let at = self.page.url().await?;
        ensure!(at.starts_with(&self.endpoints.api), "the browser is at {at}");
        serde_json::from_str(&shown).with_context(|| format!("the page shows {shown}"))
    }
}

#[tokio::test]
async fn somebody_logs_in_by_an_outside_provider_once_and_as_nobody_else() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let Some(browser) = Browser::open(&format!("{}/healthz", endpoints.api)).await? else { return Ok(()) };
    let visitor = Visitor { page: &browser.page, endpoints: &endpoints };

    visitor.begin().await?;
    let granted = visitor.choose("viewer").await?;
    let api = Api::anonymous(&endpoints)?.with_token(text(&granted, "accessToken"));
    let me = api.get("/v1/me").await?.expect(200)?;
    assert_eq!(me["roles"], serde_json::json!(["viewer"]), "{me}");
    let used = browser.page.url().await?;
    browser.page.goto(&used).await?;
    assert!(text(&visitor.answered().await?, "detail").contains(NOT_BEGUN), "an answer counts once");

    for (parameter, said) in
        [("state", NOT_BEGUN), ("nonce", PROVES_NOTHING), ("code_challenge", PROVES_NOTHING)]
    {
        visitor.begin().await?;
        visitor.tamper(parameter).await?;
        let refused = visitor.choose("viewer").await?;
        assert!(text(&refused, "detail").contains(said), "{parameter}: {refused}");
    }
    for person in ["stranger", "pretender"] {
        visitor.begin().await?;
        let refused = visitor.choose(person).await?;
        assert_eq!(refused["status"], 403, "{person}: {refused}");
    }
    visitor.begin().await?;
    browser.page.find("button[value=deny]").await?.click().await?;
    let refused = visitor.answered().await?;
    assert_eq!(refused["status"], 401, "whoever is refused there is not logged in here: {refused}");
    Ok(())
}
