//! E-mail by Amazon SES (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>).

use async_trait::async_trait;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::Builder;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use cloud::SdkConfig;
use kernel::Email;
use notification_domain::template::{as_plain, subject};
use resilience::FaultClass;

use super::aws_call::{by_code, outcome};
use crate::ports::{Messenger, Outgoing, Sent};

/// The tag that comes back with every event of an e-mail.
pub const NOTIFICATION_TAG: &str = "notification";

/// Sends from the firm's address.
#[derive(Debug, Clone)]
pub struct Ses {
    client: Client,
    from: String,
    configuration_set: String,
}

impl Ses {
    /// Sends from `from`; the events of what is sent go where `configuration_set` says. A call is made once: what became of it
    /// decides whether there is another, and when.
    #[must_use]
    pub fn new(aws: &SdkConfig, from: String, configuration_set: String) -> Self {
        let config = Builder::from(aws).retry_config(RetryConfig::disabled()).build();
        Self { client: Client::from_conf(config), from, configuration_set }
    }
}

#[async_trait]
impl Messenger<Email> for Ses {
    async fn send(&self, to: &Email, outgoing: &Outgoing<'_>) -> Sent {
        let content = match content(outgoing) {
            Ok(content) => content,
            Err(reason) => return Sent::Refused { class: FaultClass::Permanent, reason },
        };
        let tag =
            MessageTag::builder().name(NOTIFICATION_TAG).value(outgoing.notification.to_string()).build();
        let Ok(tag) = tag else {
            let reason = "the tag is incomplete".to_owned();
            return Sent::Refused { class: FaultClass::Permanent, reason };
        };
        let sent = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .configuration_set_name(&self.configuration_set)
            .destination(Destination::builder().to_addresses(to.to_string()).build())
            .email_tags(tag)
            .content(content)
            .send()
            .await;
        outcome(sent.map(|sent| sent.message_id), class)
    }
}

fn content(outgoing: &Outgoing<'_>) -> Result<EmailContent, String> {
    let utf8 = |data: String| {
        Content::builder().charset("UTF-8").data(data).build().map_err(|error| error.to_string())
    };
    let body = Body::builder().text(utf8(as_plain(&outgoing.plan.text))?).build();
    let message = Message::builder().subject(utf8(subject(outgoing.plan))?).body(body).build();
    Ok(EmailContent::builder().simple(message).build())
}

fn class(error: &SendEmailError) -> FaultClass {
    match error {
        SendEmailError::TooManyRequestsException(_) | SendEmailError::LimitExceededException(_) => {
            FaultClass::Rate { retry_after_ms: None }
        }
        SendEmailError::AccountSuspendedException(_)
        | SendEmailError::SendingPausedException(_)
        | SendEmailError::MailFromDomainNotVerifiedException(_)
        | SendEmailError::NotFoundException(_) => FaultClass::Config,
        // An address it will not send to, or a message it will not take.
        SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => FaultClass::Permanent,
        other => by_code(other.meta().code()),
    }
}
