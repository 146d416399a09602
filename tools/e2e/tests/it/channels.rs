//! The channels besides WhatsApp: Telegram at its simulator, e-mail and short messages at the emulator of AWS.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};

use crate::firm::{Firm, key, text};
use crate::phones::AUDIENCES;

/// Ten digits that nobody else has.
fn digits() -> Result<String> {
    let since_ms = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    Ok(format!("7{:09}", since_ms % 1_000_000_000))
}

struct Outside {
    http: Client,
    simulators: String,
    emulator: String,
}

impl Outside {
    fn of(firm: &Firm) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build()?;
        Ok(Self {
            http,
            simulators: firm.endpoints.simulators.clone(),
            emulator: firm.endpoints.emulator.clone(),
        })
    }

    async fn read(&self, url: String) -> Result<String> {
        Ok(self.http.get(url).send().await?.error_for_status()?.text().await?)
    }

    /// Waits until what `url` shows has all these words.
    async fn await_words(&self, url: &str, words: &[&str]) -> Result<String> {
        let mut shown = String::new();
        for _ in 0..240 {
            shown = self.read(url.to_owned()).await?;
            if words.iter().all(|words| shown.contains(words)) {
                return Ok(shown);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!(
            "{url} does not show {words:?} after two minutes: {}",
            shown.chars().take(2_000).collect::<String>()
        )
    }

    fn chats(&self, chat: &str) -> String {
        format!("{}/_sim/telegram/messages?chat={chat}", self.simulators)
    }

    /// Somebody writes to the firm's bot.
    async fn write(&self, chat: &str, words: &str) -> Result<Value> {
        let url = format!("{}/_sim/telegram/chats/{chat}/messages", self.simulators);
        Ok(self
            .http
            .post(url)
            .json(&json!({ "text": words }))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?)
    }
}

/// Sends a message of one's own; gives its id.
async fn send(firm: &Firm, recipient: Value, words: &str) -> Result<String> {
    let body = json!({ "recipient": recipient, "text": words });
    let sent = firm.api.post("/v1/notifications", &key(), &body).await?.expect(202)?;
    Ok(text(&sent, "id").to_owned())
}

/// Waits until a notification stands like this.
async fn stands(firm: &Firm, id: &str, state: &str) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..240 {
        last = firm.api.get(&format!("/v1/notifications/{id}")).await?.expect(200)?;
        if text(&last, "state") == state {
            return Ok(last);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    bail!("not {state} after two minutes: {last}")
}

#[tokio::test]
async fn somebody_who_begins_a_chat_learns_its_number_and_is_told_there() -> Result<()> {
    let firm = Firm::open().await?;
    let outside = Outside::of(&firm)?;
    let chat = digits()?;
    let answered = outside.write(&chat, "/start").await?;
    assert_eq!(answered["webhookAnswered"], 200, "{answered}");
    outside.await_words(&outside.chats(&chat), &[&format!("number {chat}")]).await?;

    let words = format!("Lot of *Shah & Sons* <b>{chat}</b> came");
    let id = send(&firm, json!({ "name": "Kiran", "telegram": chat }), &words).await?;
    outside.await_words(&outside.chats(&chat), &["Lot of Shah & Sons <b>"]).await?;
    let told = stands(&firm, &id, "accepted").await?;
    assert_eq!((&told["channel"], &told["attempts"]), (&json!("telegram"), &json!(1)), "{told}");
    Ok(())
}

#[tokio::test]
async fn whoever_follows_a_link_is_subscribed_until_they_say_stop() -> Result<()> {
    let _ours = AUDIENCES.lock().await;
    let firm = Firm::open().await?;
    let outside = Outside::of(&firm)?;
    let chat = digits()?;
    let wanted = json!({ "channel": "telegram", "audience": "logistics", "name": format!("Haulier {chat}") });
    let asked = firm.api.post("/v1/subscriptions", &key(), &wanted).await?.expect(201)?;
    let path = format!("/v1/subscriptions/{}", text(&asked["subscription"], "id"));
    let (bot, token) = text(&asked, "link").split_once("?start=").context("the link starts nothing")?;
    assert_eq!(bot, "https://t.me/polymer_desk_bot");
    outside.write(&chat, &format!("/start {token}")).await?;
    outside.await_words(&outside.chats(&chat), &["as logistics are. Send STOP"]).await?;
    let joined = firm.api.get(&path).await?.expect(200)?;
    assert_eq!(
        (&joined["state"], &joined["recipient"]["chat"]),
        (&json!("confirmed"), &json!(chat)),
        "{joined}"
    );

    // The list of the chat's subscriptions comes a moment later; until then the answer is that there are none.
    for _ in 0..60 {
        outside.write(&chat, "STOP").await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        if firm.api.get(&path).await?.expect(200)?["state"] == "ended" {
            outside
                .await_words(&outside.chats(&chat), &["Your subscription to news of deals has ended."])
                .await?;
            return Ok(());
        }
    }
    bail!("{path} does not end")
}

#[tokio::test]
async fn an_email_and_a_short_message_leave_without_marks() -> Result<()> {
    let firm = Firm::open().await?;
    let outside = Outside::of(&firm)?;
    let digits = digits()?;
    let words = format!("Invoice of *{digits}* is on its way");
    let address = format!("kiran.{digits}@example.com");
    let email = send(&firm, json!({ "name": "Kiran", "email": address }), &words).await?;
    let by_sms = json!({ "name": "Kiran", "phone": format!("+91{digits}"), "channels": ["sms"] });
    let sms = send(&firm, by_sms, &words).await?;
    let bare = format!("Invoice of {digits} is on its way");
    let emails = format!("{}/_ministack/ses/messages", outside.emulator);
    outside.await_words(&emails, &[&address, &bare, "Message from Polymer Desk"]).await?;
    let short = format!("{}/_ministack/sns/sms-messages?phoneNumber=%2B91{digits}", outside.emulator);
    outside.await_words(&short, &[&bare]).await?;
    for (id, channel) in [(email, "email"), (sms, "sms")] {
        let told = stands(&firm, &id, "accepted").await?;
        assert_eq!(text(&told, "channel"), channel, "{told}");
        text(&told, "providerId");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_is_not_on_whatsapp_is_told_by_email() -> Result<()> {
    let firm = Firm::open().await?;
    let outside = Outside::of(&firm)?;
    let digits = digits()?;
    let url = format!("{}/_sim/whatsapp/phones/91{digits}", outside.simulators);
    let gone = json!({ "onWhatsapp": false });
    outside.http.put(url).json(&gone).send().await?.error_for_status().context("no such phone")?;
    let address = format!("asha.{digits}@example.com");
    let recipient = json!({ "name": "Asha", "phone": format!("+91{digits}"), "email": address });
    let id = send(&firm, recipient, &format!("Gate pass {digits}")).await?;
    let emails = format!("{}/_ministack/ses/messages", outside.emulator);
    outside.await_words(&emails, &[&address, &format!("Gate pass {digits}")]).await?;
    let told = stands(&firm, &id, "accepted").await?;
    assert_eq!((&told["channel"], &told["attempts"]), (&json!("email"), &json!(2)), "{told}");
    assert_eq!(told["possiblyDuplicate"], false, "{told}");
    Ok(())
}
