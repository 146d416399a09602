//! The HTTP resources of this context, with what they take and answer.

mod additional;
mod audiences;
mod errors;
mod hooks;
mod message_text;
mod notifications;
mod preferences;
mod providers;
mod recipient_card;
mod subscriptions;
mod templates;
mod writing;

use std::sync::Arc;

use event_store::Request;
use http_kit::{Caller, CursorKey, Routes};

use crate::Notifications;
use crate::codes::CodeKey;
use crate::ports::{Secrets, TelegramSecrets, WhatsAppSecrets};

/// What the handlers work with.
#[derive(Clone)]
pub struct Api {
    /// The context.
    pub notifications: Notifications,
    /// What WhatsApp's notices are checked with.
    pub whatsapp: Arc<dyn Secrets<WhatsAppSecrets>>,
    /// What Telegram's updates are checked with.
    pub telegram: Arc<dyn Secrets<TelegramSecrets>>,
    /// Makes and digests the codes of subscriptions.
    pub codes: CodeKey,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("notifications", &self.notifications).finish_non_exhaustive()
    }
}

impl Api {
    /// The notifications of the caller's firm.
    fn notifications_of(&self, caller: &Caller) -> Notifications {
        self.notifications.of(&caller.principal.tenant)
    }
}

/// All routes of this context.
#[must_use]
pub fn routes() -> Routes<Api> {
    let routes = Routes::new("notification", "Notifications").description(
        "Who is told of deals, what they are told, and what became of each message. A confirmed deal makes one message for \
         each recipient of each audience; a deal that is cancelled or amended afterwards makes a correction. Lists are \
         eventually consistent; a single notification reads back what was written.",
    );
    let people = [
        notifications::add_to,
        writing::add_to,
        audiences::add_to,
        additional::add_to,
        preferences::add_to,
        subscriptions::add_to,
    ];
    let machines = [providers::add_to, templates::add_to, hooks::add_to];
    people.into_iter().chain(machines).fold(routes, |routes, add_to| add_to(routes))
}

/// A request that changes the version it names, if it names one.
fn changing(caller: &Caller, expected: Option<u64>) -> Request {
    Request { expected, ..Request::new(caller.provenance()) }
}
