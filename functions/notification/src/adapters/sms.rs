//! Short messages by Amazon SNS (<https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html>).

use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::Builder;
use aws_sdk_sns::config::retry::RetryConfig;
use aws_sdk_sns::operation::publish::PublishError;
use aws_sdk_sns::types::MessageAttributeValue;
use cloud::SdkConfig;
use notification_domain::Phone;
use notification_domain::template::as_sms;
use resilience::FaultClass;

use super::aws_call::{by_code, outcome};
use crate::ports::{Messenger, Outgoing, Sent};

/// Sends to telephone numbers.
#[derive(Debug, Clone)]
pub struct Sns {
    client: Client,
}

impl Sns {
    /// Sends through this account. A call is made once: what became of it decides whether there is another, and when.
    #[must_use]
    pub fn new(aws: &SdkConfig) -> Self {
        let config = Builder::from(aws).retry_config(RetryConfig::disabled()).build();
        Self { client: Client::from_conf(config) }
    }
}

#[async_trait]
impl Messenger<Phone> for Sns {
    async fn send(&self, to: &Phone, outgoing: &Outgoing<'_>) -> Sent {
        // Carried as what must arrive, not as what is cheapest.
        let kind = MessageAttributeValue::builder().data_type("String").string_value("Transactional").build();
        let Ok(kind) = kind else {
            let reason = "the kind of message is incomplete".to_owned();
            return Sent::Refused { class: FaultClass::Permanent, reason };
        };
        let sent = self
            .client
            .publish()
            .phone_number(to.to_string())
            .message(as_sms(&outgoing.plan.text))
            .message_attributes("AWS.SNS.SMS.SMSType", kind)
            .send()
            .await;
        outcome(sent.map(|sent| sent.message_id), class)
    }
}

fn class(error: &PublishError) -> FaultClass {
    match error {
        PublishError::AuthorizationErrorException(_) | PublishError::KmsOptInRequired(_) => {
            FaultClass::Config
        }
        PublishError::InvalidParameterException(_) | PublishError::InvalidParameterValueException(_) => {
            FaultClass::Permanent
        }
        PublishError::InternalErrorException(_) => FaultClass::Transient,
        other => by_code(other.meta().code()),
    }
}
