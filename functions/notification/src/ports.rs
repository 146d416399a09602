//! What this context needs from outside besides its own tables.

use async_trait::async_trait;
use event_store::BoxError;
use kernel::{CorrelationId, Tenant};
use notification_domain::message::Form;
use notification_domain::template::Good;
use notification_domain::{DealId, NotificationId, Phone, ProductId};
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
}

/// The queues of this context.
#[async_trait]
pub trait Queues: Send + Sync {
    /// Puts an order behind all earlier ones to the same phone. Must put it once for all calls with the same `once`, as far
    /// as the queue can (SQS: five minutes).
    async fn order(&self, order: &SendOrder, phone: &Phone, once: &str) -> Result<(), BoxError>;

    /// Hides a received order for so long, in milliseconds. Orders to the same phone wait behind it.
    async fn hold(&self, receipt_handle: &str, wait_ms: i64) -> Result<(), BoxError>;

    /// Puts what a webhook said into the context's inbox. `body` is JSON.
    async fn hear(&self, body: &str) -> Result<(), BoxError>;
}

/// A message as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// Comes back with every status.
    pub notification: NotificationId,
    /// To whom.
    pub phone: &'a Phone,
    /// What.
    pub text: &'a str,
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

/// The WhatsApp Cloud API. Must give up within ten seconds.
#[async_trait]
pub trait WhatsApp: Send + Sync {
    /// Sends one message.
    async fn send(&self, outgoing: &Outgoing<'_>) -> Sent;
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

/// Where secrets are kept.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The secrets as they are now, or were a few minutes ago.
    async fn whatsapp(&self) -> Result<WhatsAppSecrets, BoxError>;
}
