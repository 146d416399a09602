//! What this context needs from outside besides its own tables.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::BoxError;
use kernel::{CorrelationId, Email, Tenant};
use notification_domain::message::{Form, Plan};
use notification_domain::template::Good;
use notification_domain::{Address, Channel, ChatId, DealId, NotificationId, Phone, ProductId};
use resilience::FaultClass;
use serde::{Deserialize, Serialize};

use crate::deal_told::DealTold;

/// The inventory context, asked directly. Off the usual path: products are known from published facts.
#[async_trait]
pub trait Goods: Send + Sync {
    /// The product. Must return `None` when there is no such product.
    async fn good(&self, product: ProductId) -> Result<Option<Good>, BoxError>;
}

/// The deal context, asked directly: for previews, and for people who are named for a deal that stands already. Whatever else is
/// sent is made of published facts.
#[async_trait]
pub trait Deals: Send + Sync {
    /// The deal as it stands. Must return `None` when there is no such deal.
    async fn deal(&self, tenant: &Tenant, deal: DealId) -> Result<Option<DealTold>, BoxError>;
}

/// A message in the channel's queue: which notification is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendOrder {
    /// Which. Comes first, because it tells an order from everything else that waits in queues.
    pub send: NotificationId,
    /// Whose it is.
    pub tenant: Tenant,
    /// What it belongs to.
    pub correlation: CorrelationId,
    /// The channel in whose queue it waits.
    #[serde(default)]
    pub channel: Channel,
    /// Whether it may wait for hours: then nothing to the same address waits behind it but what may, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub patient: bool,
}

/// The queues of this context.
#[async_trait]
pub trait Queues: Send + Sync {
    /// Puts an order into its channel's queue, behind all earlier ones to the same address that are as patient. Must put it once for all calls
    /// with the same `once`, as far as the queue can (SQS: five minutes).
    async fn order(&self, order: &SendOrder, address: &Address, once: &str) -> Result<(), BoxError>;

    /// Hides an order that was received from this channel's queue for so long, in milliseconds. Orders to the same address
    /// wait behind it.
    async fn hold(&self, channel: Channel, receipt_handle: &str, wait_ms: i64) -> Result<(), BoxError>;

    /// Puts what a webhook said into the context's inbox. `body` is JSON.
    async fn hear(&self, body: &str) -> Result<(), BoxError>;
}

/// A message as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// Comes back with every status, where the provider lets it.
    pub notification: NotificationId,
    /// What is told to whom.
    pub plan: &'a Plan,
    /// As free text or in the approved template.
    pub form: Form,
}

/// How a call went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The provider took the message.
    Accepted {
        /// Its id there.
        provider_id: String,
    },
    /// The call certainly had no effect.
    Refused {
        /// What that says about the next one.
        class: FaultClass,
        /// What the provider said; no number, no text.
        reason: String,
    },
    /// The recipient's window is closed, so this text reaches nobody: only a template would. No effect.
    OutsideWindow {
        /// What the provider said; no number, no text.
        reason: String,
    },
    /// The call may have had its effect.
    Unknown {
        /// What happened instead of an answer.
        reason: String,
    },
}

/// A provider that takes messages to addresses of one kind. Must give up within ten seconds.
#[async_trait]
pub trait Messenger<A>: Send + Sync {
    /// Sends one message.
    async fn send(&self, to: &A, outgoing: &Outgoing<'_>) -> Sent;
}

/// The provider of each channel.
#[derive(Clone)]
pub struct Messengers {
    /// Of [`Channel::WhatsApp`].
    pub whatsapp: Arc<dyn Messenger<Phone>>,
    /// Of [`Channel::Telegram`].
    pub telegram: Arc<dyn Messenger<ChatId>>,
    /// Of [`Channel::Email`].
    pub email: Arc<dyn Messenger<Email>>,
    /// Of [`Channel::Sms`].
    pub sms: Arc<dyn Messenger<Phone>>,
}

impl Messengers {
    /// Sends one message through the provider that reaches this address.
    pub async fn send(&self, to: &Address, outgoing: &Outgoing<'_>) -> Sent {
        match to {
            Address::WhatsApp(phone) => self.whatsapp.send(phone, outgoing).await,
            Address::Telegram(chat) => self.telegram.send(chat, outgoing).await,
            Address::Email(email) => self.email.send(email, outgoing).await,
            Address::Sms(phone) => self.sms.send(phone, outgoing).await,
        }
    }
}

impl std::fmt::Debug for Messengers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Messengers(…)")
    }
}

/// What is secret between the firm and Telegram. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TelegramSecrets {
    /// Lets the firm's bot send.
    pub bot_token: String,
    /// Comes with every update.
    pub hook_secret: String,
    /// How the bot is called there, without `@`: links to it name it. Not secret, but it changes with the token.
    #[serde(default)]
    pub bot_name: Option<String>,
}

impl std::fmt::Debug for TelegramSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TelegramSecrets(…)")
    }
}

/// What is secret between the firm and WhatsApp. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhatsAppSecrets {
    /// Lets the firm send.
    pub access_token: String,
    /// Signs webhooks.
    pub app_secret: String,
    /// What a webhook's address is asked for when it is set up.
    pub verify_token: String,
}

impl std::fmt::Debug for WhatsAppSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WhatsAppSecrets(…)")
    }
}

/// Where the secrets between the firm and one provider are kept.
#[async_trait]
pub trait Secrets<T>: Send + Sync {
    /// The secrets as they are now, or were a few minutes ago.
    async fn read(&self) -> Result<T, BoxError>;
}
