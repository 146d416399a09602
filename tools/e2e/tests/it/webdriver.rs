//! The WebDriver protocol (<https://www.w3.org/TR/webdriver2/>), as far as the tests here drive a page. The crates that speak all of
//! it bring a licence that `deny.toml` does not list, or change how `serde_json` orders members everywhere.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The member that holds an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// What WebDriver takes for the Enter key.
pub(crate) const ENTER: &str = "\u{e007}";

/// One window of a browser.
pub(crate) struct Session {
    http: Client,
    /// `http://127.0.0.1:<port>/session/<id>`
    base: String,
}

/// Something on the page.
pub(crate) struct Element<'s> {
    session: &'s Session,
    id: String,
}

impl Session {
    /// Opens a window by the driver that listens at `driver`.
    pub(crate) async fn begin(driver: &str, capabilities: &Value) -> Result<Self> {
        // A browser may take a minute to start on a busy machine.
        let http = Client::builder().timeout(Duration::from_secs(120)).no_proxy().build()?;
        let starting = Self { http, base: driver.to_owned() };
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let begun = starting.ask(Method::POST, "/session", Some(asked)).await.context("no browser starts")?;
        let id = begun["sessionId"].as_str().context("a session has an id")?;
        Ok(Self { base: format!("{driver}/session/{id}"), ..starting })
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let mut body: Value = answer.json().await?;
        let value = body["value"].take();
        if !status.is_success() {
            bail!("{path}: {}: {}", value["error"], value["message"]);
        }
        Ok(value)
    }

    /// Goes to an address, and waits until it is loaded.
    pub(crate) async fn goto(&self, url: &str) -> Result<()> {
        self.ask(Method::POST, "/url", Some(json!({ "url": url }))).await.map(|_| ())
    }

    /// The address of the page.
    pub(crate) async fn url(&self) -> Result<String> {
        let url = self.ask(Method::GET, "/url", None).await?;
        Ok(url.as_str().context("a page has an address")?.to_owned())
    }

    /// Everything that a CSS selector picks.
    pub(crate) async fn all(&self, css: &str) -> Result<Vec<Element<'_>>> {
        let search = json!({ "using": "css selector", "value": css });
        let found = self.ask(Method::POST, "/elements", Some(search)).await?;
        let found = found.as_array().context("a list of elements")?.iter();
        found
            .map(|it| {
                let id = it[ELEMENT].as_str().context("an element has an id")?.to_owned();
                Ok(Element { session: self, id })
            })
            .collect()
    }

    /// The first thing that a CSS selector picks, once there is one.
    pub(crate) async fn find(&self, css: &str) -> Result<Element<'_>> {
        for _ in 0..240 {
            if let Some(found) = self.all(css).await?.into_iter().next() {
                return Ok(found);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("no {css} on the page in two minutes")
    }

    /// Waits until what a CSS selector picks first says these words; gives all it says.
    pub(crate) async fn says(&self, css: &str, words: &str) -> Result<String> {
        let mut said = String::new();
        for _ in 0..240 {
            // An element may be replaced between being found and being read.
            if let Some(found) = self.all(css).await?.first()
                && let Ok(text) = found.text().await
            {
                if text.contains(words) {
                    return Ok(text);
                }
                said = text;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("{css} says {said:?}, not {words:?}, after two minutes")
    }

    /// Types into whatever has the focus.
    pub(crate) async fn type_here(&self, keys: &str) -> Result<()> {
        let active = self.ask(Method::GET, "/element/active", None).await?;
        let id = active[ELEMENT].as_str().context("something has the focus")?.to_owned();
        Element { session: self, id }.type_in(keys).await
    }
}

impl Element<'_> {
    async fn ask(&self, method: Method, what: &str, body: Option<Value>) -> Result<Value> {
        self.session.ask(method, &format!("/element/{}/{what}", self.id), body).await
    }

    pub(crate) async fn click(&self) -> Result<()> {
        self.ask(Method::POST, "click", Some(json!({}))).await.map(|_| ())
    }

    /// Types at the end of what is there.
    pub(crate) async fn type_in(&self, keys: &str) -> Result<()> {
        self.ask(Method::POST, "value", Some(json!({ "text": keys }))).await.map(|_| ())
    }

    /// What is to be read in it.
    pub(crate) async fn text(&self) -> Result<String> {
        let text = self.ask(Method::GET, "text", None).await?;
        Ok(text.as_str().context("an element has a text")?.to_owned())
    }

    /// What is typed in it.
    pub(crate) async fn typed(&self) -> Result<String> {
        let value = self.ask(Method::GET, "property/value", None).await?;
        Ok(value.as_str().context("a field has a value")?.to_owned())
    }
}
