//! The page of the simulators, in a browser: what people do there reaches the system, and what it does is seen there.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Api, Endpoints};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use simulators::Local;

use crate::browser::Browser;
use crate::firm::{key, text};
use crate::webdriver::{ENTER, Session};

/// A phone on the page.
struct PhoneCard<'p> {
    page: &'p Session,
    /// Picks the phone.
    css: String,
}

impl<'p> PhoneCard<'p> {
    fn of(page: &'p Session, number: &str) -> Self {
        Self { page, css: format!("article[data-number='{number}']") }
    }

    /// Adds a phone that nobody has written to yet.
    async fn add(page: &'p Session, number: &str) -> Result<Self> {
        page.find("#add-number").await?.type_in(&format!("+{number}{ENTER}")).await?;
        let card = Self::of(page, number);
        page.find(&card.css).await?;
        Ok(card)
    }

    /// Types a message and sends it: it is on the phone then, and the firm has heard of it.
    async fn write(&self, words: &str) -> Result<()> {
        let before = self.page.all(&format!("{} li.person", self.css)).await?.len();
        let field = self.page.find(&format!("{} input[name=text]", self.css)).await?;
        field.type_in(&format!("{words}{ENTER}")).await?;
        self.page.says(&format!("{} li:nth-child({} of .person)", self.css, before + 1), words).await?;
        self.page.says(&format!("{} [role=status]", self.css), "the firm has it").await?;
        Ok(())
    }

    /// What the firm said, in order.
    async fn answers(&self) -> Result<Vec<String>> {
        let mut said = Vec::new();
        for line in self.page.all(&format!("{} li.firm p", self.css)).await? {
            said.push(line.text().await?);
        }
        Ok(said)
    }
}

/// Asks that a phone joins an audience: the path of the subscription, and what has to be said.
async fn subscribe(api: &Api, phone: &str) -> Result<(String, String)> {
    let wanted = json!({ "channel": "whatsapp", "phone": format!("+{phone}"), "audience": "logistics", "name": "Page" });
    let request = api.request(Method::POST, "/v1/subscriptions").header("idempotency-key", key());
    let subscribed = api.send(request.json(&wanted)).await?.expect(201)?;
    let path = format!("/v1/subscriptions/{}", text(&subscribed["subscription"], "id"));
    Ok((path, text(&subscribed, "say").to_owned()))
}

/// A subscription, once it is so.
async fn until(api: &Api, path: &str, holds: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..240 {
        last = api.get(path).await?.expect(200)?;
        if holds(&last) {
            return Ok(last);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not so after two minutes: {last}")
}

#[tokio::test]
async fn a_code_typed_on_a_phone_confirms_that_subscription_and_five_wrong_ones_lock_another() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let Some(browser) = Browser::open(&endpoints.simulators).await? else { return Ok(()) };
    let api = Api::login(&endpoints, "owner").await?;
    let since_ms = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    let [joins, guesses] = [5, 4].map(|first| format!("91{first}{:09}", since_ms % 1_000_000_000));
    let (joining, say) = subscribe(&api, &joins).await?;
    let (guessed, right) = subscribe(&api, &guesses).await?;

    let joiner = PhoneCard::add(&browser.page, &joins).await?;
    joiner.write(&say).await?;
    until(&api, &joining, |it| it["state"] == "confirmed").await?;
    let other = api.get(&guessed).await?.expect(200)?;
    assert_eq!((text(&other, "state"), &other["wrongCodes"]), ("pending", &json!(0)), "{other}");
    let welcome =
        browser.page.says(&format!("{} li.firm p", joiner.css), "Send STOP to hear no more").await?;
    assert!(welcome.contains("logistics"), "{welcome}");

    let code: u32 = right.trim_start_matches("hi ").parse().context("a code has digits")?;
    let wrong = format!("hi {:04}", (code + 1) % 10_000);
    let guesser = PhoneCard::add(&browser.page, &guesses).await?;
    for guess in 1..=4 {
        guesser.write(&wrong).await?;
        let standing = until(&api, &guessed, |it| it["wrongCodes"] == guess).await?;
        assert_eq!(text(&standing, "state"), "pending", "{standing}");
    }
    guesser.write(&wrong).await?;
    until(&api, &guessed, |it| it["state"] == "locked").await?;
    assert_eq!(guesser.answers().await?, Vec::<String>::new(), "a wrong code is not answered");
    let standing = api.get(&joining).await?.expect(200)?;
    assert_eq!(text(&standing, "state"), "confirmed", "{standing}");

    // From here on they would be told of what other tests sell.
    api.send(api.request(Method::DELETE, &joining)).await?.expect(200)?;
    Ok(())
}

/// Rows of a tab, once they are so.
async fn rows(http: &Client, url: &str, wanted: &Value) -> Result<()> {
    let mut last = Value::Null;
    for _ in 0..240 {
        last = http.get(url).send().await?.error_for_status()?.json().await?;
        if last == *wanted {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("expected {wanted}, got {last} after two minutes")
}

#[tokio::test]
async fn a_cell_typed_on_the_page_stands_in_the_sheet_and_what_others_type_is_seen() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let Some(browser) = Browser::open(&endpoints.simulators).await? else { return Ok(()) };
    let page = &browser.page;
    let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
    // A spreadsheet of its own: the firm's belongs to other tests.
    let id = key();
    let sheet = format!("{}/_sim/sheets/{id}", endpoints.simulators);
    let put = |url: String, body: Value| http.put(url).json(&body).send();
    let given = json!({ "tabs": { "Scratch": [["Name", "Kg"], ["Zinc", 5], ["Acme", 7]] } });
    ensure!(put(sheet.clone(), given).await?.status().is_success());
    let tab = format!("{sheet}/tabs/Scratch");

    page.find(&format!("#spreadsheet option[value='{id}']")).await?.click().await?;
    page.says("td[data-cell=A3]", "Acme").await?;
    page.find("td[data-cell=B3]").await?.click().await?;
    page.type_here(&format!("2500{ENTER}")).await?;
    rows(&http, &tab, &json!([["Name", "Kg"], ["Zinc", 5], ["Acme", 2500]])).await?;
    page.says("#chosen", "B4").await?;

    ensure!(put(format!("{tab}/cells/C3"), json!({ "value": "=1+1" })).await?.status().is_success());
    page.says("td[data-cell=C3]", "=1+1").await?;

    page.find("td[data-cell=A2]").await?.click().await?;
    page.find("#sort-up").await?.click().await?;
    page.says("td[data-cell=A2]", "Acme").await?;
    page.find("#insert-row").await?.click().await?;
    page.says("td[data-cell=A4]", "Zinc").await?;
    rows(&http, &tab, &json!([["Name", "Kg"], [], ["Acme", 2500, "=1+1"], ["Zinc", 5]])).await?;
    page.find("#delete-row").await?.click().await?;
    rows(&http, &tab, &json!([["Name", "Kg"], ["Acme", 2500, "=1+1"], ["Zinc", 5]])).await
}

/// Simulators that nobody else uses.
struct Own {
    local: Local,
    http: Client,
}

impl Own {
    async fn start() -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self { local: Local::start(simulators::router()).await?, http })
    }

    /// The firm writes to a phone; gives the status, and after how many seconds to try again.
    async fn send(&self, phone: &str, text: &str) -> Result<(u16, Option<String>)> {
        let url = format!("{}/whatsapp/v23.0/100000000000001/messages", self.local.url());
        let message =
            json!({ "messaging_product": "whatsapp", "to": phone, "type": "text", "text": { "body": text } });
        let answer = self.http.post(url).bearer_auth("sim-whatsapp-token").json(&message).send().await?;
        let again = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        Ok((answer.status().as_u16(), again.map(str::to_owned)))
    }
}

#[tokio::test]
async fn a_fault_switched_on_at_the_page_spoils_calls_until_all_is_well_again() -> Result<()> {
    let own = Own::start().await?;
    let Some(browser) = Browser::open(&own.local.url()).await? else { return Ok(()) };
    let page = &browser.page;
    let whatsapp = |css: &str| format!("[data-provider=whatsapp] {css}");
    page.find(&whatsapp("option[value=busy]")).await?.click().await?;
    page.find(&whatsapp("input[name=seconds]")).await?.type_in(&format!("600{ENTER}")).await?;
    page.says(&whatsapp(".active"), "429, try again after 7 s").await?;
    assert_eq!(own.send("919800000001", "x").await?, (429, Some("7".to_owned())));
    page.says(&whatsapp(".active"), "saw 1 calls, spoiled 1").await?;
    page.says("#last-calls tbody tr", "429").await?;
    page.says("[data-provider=sheets] .active", "All is well.").await?;

    page.find(&whatsapp(".well")).await?.click().await?;
    page.says(&whatsapp(".active"), "All is well.").await?;
    assert_eq!(own.send("919800000001", "x").await?, (200, None));
    Ok(())
}

#[tokio::test]
async fn what_arrives_is_text_and_does_not_disturb_who_is_typing() -> Result<()> {
    let own = Own::start().await?;
    let Some(browser) = Browser::open(&own.local.url()).await? else { return Ok(()) };
    let phone = "919800000001";
    let card = PhoneCard::add(&browser.page, phone).await?;
    browser.page.says(&card.css, "24-hour window open").await?;
    browser.page.find(&format!("{} input[name=windowOpen]", card.css)).await?.click().await?;
    let field = browser.page.find(&format!("{} input[name=text]", card.css)).await?;
    field.type_in("half a ").await?;
    let markup = "<img src=/ onerror=\"document.title='harm'\"> & more";
    while own.send(phone, markup).await?.0 != 200 || card.answers().await?.is_empty() {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(card.answers().await?[0], markup);
    assert_eq!(field.typed().await?, "half a ");
    browser.page.type_here(&format!("word{ENTER}")).await?;
    let said = browser.page.says(&format!("{} li.person p", card.css), "half a word").await?;
    assert_eq!(said, "half a word");
    browser.page.says(&format!("{} [role=status]", card.css), "No webhook is set").await?;
    Ok(())
}
