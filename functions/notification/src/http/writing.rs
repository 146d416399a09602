//! `POST /v1/notifications`, `POST /v1/providers/{name}/test`: messages that a person asks for.

use axum::extract::State;
use event_store::{Idempotency, Outcome, Request};
use http_kit::{
    Access, Creating, ETag, FieldError, PathId, Problem, Reply, Route, Routes, Text, request_body,
};
use notification_domain::message::Notice;
use notification_domain::template::trial;
use notification_domain::{Address, Channel, Message, NotificationId, Recipient};
use serde_json::json;

use super::message_text::MessageText;
use super::recipient_card::RecipientBody;
use super::{Api, errors};
use crate::commands::{Draft, write_notification};
use crate::notification_view::NotificationView;

request_body! {
    /// A message of one's own.
    pub struct WriteNotification {
        /// Who is told, by which channels.
        pub recipient: RecipientBody,
        /// What is said, word for word. Outside the recipient's 24-hour window it leaves WhatsApp in the approved template, in
        /// one line: a line break becomes ` | ` there and counts as three characters.
        pub text: MessageText,
    }
}

request_body! {
    /// Where a test message goes.
    pub struct SendTest {
        /// The address, as the channel has them: a number with country code, the number of a chat, an e-mail address.
        pub to: Text<1, 254>,
        /// Whose it is.
        pub name: Text<1, 100>,
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::post("/v1/notifications")
                .access(Access::Requires("notification:write"))
                .summary("Send a message of one's own")
                .description(
                    "It waits, is tried again and is followed like any other: look at it again for what became of it.",
                )
                .answers::<NotificationView>(202, "It will be sent.")
                .example(json!({
                    "recipient": { "name": "Asha", "phone": "+919876543210", "email": "asha@example.com" },
                    "text": "The invoice of deal #7C8D9E0F is on its way.",
                }))
                .handler(write),
        )
        .add(
            Route::post("/v1/providers/{name}/test")
                .access(Access::Requires("notification:write"))
                .summary("Send a message to see whether a provider works")
                .description("While the breaker is open it waits as any other does; `reset` lets it go.")
                .answers::<NotificationView>(202, "It will be sent; look at it again for what became of it.")
                .handler(test),
        )
}

async fn write(State(api): State<Api>, request: Creating<WriteNotification>) -> Result<Reply, Problem> {
    let (id, asked) = (NotificationId::new(request.derived_id()), asked(&request));
    let notifications = api.notifications_of(&request.caller);
    let WriteNotification { recipient, text } = request.body;
    let draft = Draft { recipient: recipient.0, notice: Notice::OneOff, text: text.0 };
    let outcome = write_notification(&notifications, &asked, id, draft).await;
    written(id, outcome.map_err(|e| errors::notification(&e))?)
}

async fn test(
    State(api): State<Api>,
    PathId(channel): PathId<Channel>,
    request: Creating<SendTest>,
) -> Result<Reply, Problem> {
    let (id, asked) = (NotificationId::new(request.derived_id()), asked(&request));
    let notifications = api.notifications_of(&request.caller);
    let address = Address::parse(channel, &request.body.to)
        .map_err(|error| Problem::validation([FieldError::pointer("/to", "malformed", error.to_string())]))?;
    let recipient = Recipient::at(&request.body.name, address);
    let draft = Draft { recipient, notice: Notice::Test, text: trial(notifications.clock.now()) };
    let outcome = write_notification(&notifications, &asked, id, draft).await;
    written(id, outcome.map_err(|e| errors::notification(&e))?)
}

/// What is asked for, recognizable when it comes again.
fn asked<B>(request: &Creating<B>) -> Request {
    let key = request.derived_id().simple().to_string();
    let idempotency = Idempotency { key, fingerprint: request.fingerprint.clone() };
    Request { idempotency: Some(idempotency), ..Request::new(request.caller.provenance()) }
}

fn written(id: NotificationId, outcome: Outcome<Message>) -> Result<Reply, Problem> {
    let stream = &outcome.stream;
    let message = stream.state().planned().ok_or_else(|| Problem::not_found("notification"))?;
    let view = NotificationView::of(id, message, stream.version());
    let reply = Reply::accepted(&format!("/v1/notifications/{id}"), &view)?;
    Ok(reply.replayed(outcome.replayed).etag(&ETag::version(view.version)))
}
