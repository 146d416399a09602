//! The WhatsApp Cloud API, as far as one business number that sends texts and templates can tell
//! (<https://developers.facebook.com/docs/whatsapp/cloud-api>).
//!
//! | request | answer |
//! |---|---|
//! | `POST /whatsapp/{version}/{phone number id}/messages` | the Cloud API: accepted, or an error with the real one's code |
//! | `GET`, `PUT /_sim/whatsapp/settings` | token, number, templates, the webhook and how it misbehaves ([`Settings`]) |
//! | `GET /_sim/whatsapp/messages?to=` | what arrived on phones, in order |
//! | `GET /_sim/whatsapp/phones?last=` | every phone: `[{number, windowOpen, onWhatsapp, conversation: [{id, from, kind, text, template?}]}]`, `from` `firm` or `person`; the last so many lines of each |
//! | `PUT /_sim/whatsapp/phones/{number}` | `{windowOpen?, onWhatsapp?}`; there is a phone of that number from then on |
//! | `POST /_sim/whatsapp/phones/{number}/messages` | `{text}`: the person writes, which opens the window |
//! | `GET /_sim/whatsapp/calls` | the calls of the Cloud API, spoiled or not, with their times |
//! | `POST /_sim/whatsapp/statuses` | `{messageId, status, code?, signed?}`: one status, now |
//! | `DELETE /_sim/whatsapp` | forgets phones and messages; settings stay |
//!
//! A text outside the 24-hour window (131047) and a number without WhatsApp (131026) are accepted first and fail by webhook,
//! as the real ones do. A window stays open until it is closed here: nobody waits a day.

mod cloud_api;
mod people;
mod phones;
mod webhook;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{delete, get, post, put};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::calls::Calls;
use crate::faults::Faults;
use phones::Phone;

/// What the provider's side is set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The one access token; anything else is 190.
    pub token: String,
    /// The one phone number id.
    pub phone_number_id: String,
    /// Names of the approved templates.
    pub templates: Vec<String>,
    /// Messages one number may get at once before one every six seconds; more is 131056.
    pub pair_burst: u32,
    /// Where statuses and messages of people are sent; nowhere when absent.
    pub webhook: Option<Webhook>,
}

/// The webhook, and how it misbehaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Webhook {
    /// Where to.
    pub url: String,
    /// Signs `X-Hub-Signature-256`.
    pub app_secret: String,
    /// The statuses of a message that arrives, in this order.
    #[serde(default = "arriving")]
    pub statuses: Vec<String>,
    /// Waits so long before each call, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// Sends everything so often.
    #[serde(default = "once")]
    pub copies: u8,
    /// Sends nothing at all.
    #[serde(default)]
    pub lost: bool,
}

fn arriving() -> Vec<String> {
    ["sent", "delivered"].map(str::to_owned).into()
}

const fn once() -> u8 {
    1
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "sim-whatsapp-token".to_owned(),
            phone_number_id: "100000000000001".to_owned(),
            templates: vec!["firm_notice".to_owned()],
            pair_burst: 45,
            webhook: None,
        }
    }
}

/// A message that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `wamid.…`
    pub id: String,
    /// The number, digits only.
    pub to: String,
    /// `text` or `template`
    pub kind: String,
    /// What the person reads: the text, or the template's parameters line by line.
    pub text: String,
    /// The template's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What comes back with every status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biz_opaque_callback_data: Option<String>,
    /// The error it fails with by webhook; on no phone then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails_with: Option<u32>,
}

#[derive(Debug, Default)]
struct State {
    settings: Settings,
    phones: BTreeMap<String, Phone>,
    messages: Vec<Message>,
    /// Counts message ids.
    made: u64,
}

/// The provider's side.
#[derive(Debug, Clone, Default)]
struct World {
    state: Arc<Mutex<State>>,
}

impl World {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn phone(&mut self, number: &str) -> &mut Phone {
        let full = u64::from(self.settings.pair_burst) * 1_000;
        self.phones.entry(number.to_owned()).or_insert_with(|| Phone {
            window_open: false,
            on_whatsapp: true,
            allowance: (full, Instant::now()),
            conversation: Vec::new(),
        })
    }

    fn next_id(&mut self) -> String {
        self.made += 1;
        format!("wamid.SIM{:08}", self.made)
    }
}

/// A number as the API writes it: digits only.
fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The provider behind its fault switches, and the routes for tests.
pub fn router() -> Router {
    let world = World::default();
    let provider = Router::new()
        .route("/whatsapp/{version}/{phone_number_id}/messages", post(cloud_api::send))
        .with_state(world.clone());
    let people = Router::new()
        .route("/_sim/whatsapp", delete(people::forget))
        .route("/_sim/whatsapp/settings", get(people::settings).put(people::set))
        .route("/_sim/whatsapp/messages", get(people::messages))
        .route("/_sim/whatsapp/phones", get(phones::phones))
        .route("/_sim/whatsapp/phones/{number}", put(people::set_phone))
        .route("/_sim/whatsapp/phones/{number}/messages", post(people::write))
        .route("/_sim/whatsapp/statuses", post(people::send_status))
        .with_state(world);
    let spoiled = Faults::default().around("whatsapp", provider);
    Calls::default().around("whatsapp", spoiled).merge(people)
}
