//! Phones as the people see them who hold them: what they wrote, and what arrived from the firm.

use axum::Json;
use axum::extract::{Query, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{Message, World};

/// A person's phone.
#[derive(Debug, Clone)]
pub(super) struct Phone {
    /// Whether free text reaches it: they wrote within 24 hours.
    pub(super) window_open: bool,
    /// Whether anything reaches it.
    pub(super) on_whatsapp: bool,
    /// Messages it may still get at once, in thousandths, and when that was true.
    pub(super) allowance: (u64, Instant),
    /// What is on it, in the order it came there.
    pub(super) conversation: Vec<Line>,
}

/// Who wrote a line of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Author {
    /// The firm.
    Firm,
    /// Who holds the phone.
    Person,
}

/// One message on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    /// `wamid.…`
    id: String,
    from: Author,
    /// `text` or `template`
    kind: String,
    /// What is to be read.
    text: String,
    /// The template's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
}

impl Line {
    /// What arrived from the firm.
    pub(super) fn arrived(message: &Message) -> Self {
        Self {
            id: message.id.clone(),
            from: Author::Firm,
            kind: message.kind.clone(),
            text: message.text.clone(),
            template: message.template.clone(),
        }
    }

    /// What the person wrote.
    pub(super) fn written(id: &str, text: &str) -> Self {
        let kind = "text".to_owned();
        Self { id: id.to_owned(), from: Author::Person, kind, text: text.to_owned(), template: None }
    }
}

/// A phone as it is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    number: &'a str,
    window_open: bool,
    on_whatsapp: bool,
    conversation: &'a [Line],
}

/// How much of each conversation.
#[derive(Deserialize)]
pub(super) struct Part {
    /// The last so many lines; all when absent.
    last: Option<usize>,
}

pub(super) async fn phones(Extracted(world): Extracted<World>, Query(part): Query<Part>) -> Response {
    let state = world.lock();
    let shown = state.phones.iter().map(|(number, phone)| {
        let earlier = phone.conversation.len().saturating_sub(part.last.unwrap_or(usize::MAX));
        Shown {
            number,
            window_open: phone.window_open,
            on_whatsapp: phone.on_whatsapp,
            conversation: &phone.conversation[earlier..],
        }
    });
    Json(shown.collect::<Vec<_>>()).into_response()
}
