//! What a provider says of its own accord, and its way into the context's inbox: lost, late, twice, in any order, and again
//! until it is kept.

use std::sync::{Arc, Mutex, Weak};

use futures_util::FutureExt as _;
use notification::Notifications;
use notification::hook::Heard;
use notification_domain::message::ProviderStatus;
use notification_domain::{Channel, NotificationId};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::provider::furthest;
use crate::contexts::Function;
use crate::faults::Fault;
use crate::mutants::Mutant;
use crate::platform::function::Fleet;
use crate::sim::Sim;
use crate::sync::locked;

/// The number that the firm sends from, at the provider.
pub(super) const NUMBER_ID: &str = "100000000000001";

/// What there is to be told of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// That it arrived, stage by stage.
    Arrived,
    /// That it did not.
    Failed,
    /// That its text reaches nobody, because the window is closed.
    GivenBack,
}

/// The webhooks of a provider.
pub struct Webhooks {
    sim: Arc<Sim>,
    to: Mutex<Weak<Fleet<Function<Notifications>>>>,
}

impl Webhooks {
    /// Webhooks that lead nowhere yet.
    #[must_use]
    pub fn new(sim: &Arc<Sim>) -> Arc<Self> {
        Arc::new(Self { sim: Arc::clone(sim), to: Mutex::default() })
    }

    /// From now on they lead to this function.
    pub fn lead_to(&self, fleet: &Arc<Fleet<Function<Notifications>>>) {
        *locked(&self.to) = Arc::downgrade(fleet);
    }

    /// Tells what became of a message. Gives the furthest status that is not lost on its way.
    #[must_use]
    pub fn tell(self: &Arc<Self>, notification: NotificationId, told: Told) -> Option<ProviderStatus> {
        let stages = self.sim.draw(|dice| dice.between(1, 3));
        let statuses: &[(ProviderStatus, &str)] = match (told, stages) {
            (Told::Failed | Told::GivenBack, _) => &[(ProviderStatus::Failed, "failed")],
            (Told::Arrived, 1) => &STAGES[..1],
            (Told::Arrived, 2) => &STAGES[..2],
            (Told::Arrived, _) => &STAGES,
        };
        let mut delay_ms = 0;
        let mut heard = Vec::new();
        for (status, name) in statuses {
            delay_ms += self.sim.draw(|dice| dice.between(5, 3_000));
            if self.sim.strikes(Fault::WebhookLost) {
                continue;
            }
            heard.push(*status);
            let notice = self.status(notification, name, told);
            self.post(&notice, delay_ms);
            if self.sim.strikes(Fault::WebhookTwice) {
                self.post(&notice, delay_ms);
            }
        }
        furthest(heard)
    }

    /// Tells that somebody wrote.
    pub fn wrote(self: &Arc<Self>, phone: &str) {
        let id = self.sim.draw(|dice| dice.uuid());
        let from = phone.trim_start_matches('+');
        let message =
            json!({ "from": from, "id": id, "timestamp": self.seconds(), "text": { "body": "hello" } });
        self.post(&notice("messages", &message), 0);
    }

    fn status(&self, notification: NotificationId, name: &str, told: Told) -> Value {
        let code = if told == Told::GivenBack { 131_047 } else { 131_026 };
        let errors =
            if name == "failed" { json!([{ "code": code, "title": "not delivered" }]) } else { json!([]) };
        notice(
            "statuses",
            &json!({ "status": name, "timestamp": self.seconds(), "errors": errors,
                "biz_opaque_callback_data": notification }),
        )
    }

    fn seconds(&self) -> String {
        self.sim.now().unix_ms().div_euclid(1_000).to_string()
    }

    /// Delivers a notice, after so long or much later, until it is kept.
    fn post(self: &Arc<Self>, notice: &Value, delay_ms: u64) {
        let late_ms = if self.sim.strikes(Fault::WebhookLate) {
            self.sim.draw(|dice| dice.between(5_000, 400_000))
        } else {
            self.sim.draw(|dice| dice.between(5, 500))
        };
        let Some(body) = heard(notice) else { return };
        let webhooks = Arc::clone(self);
        self.sim.spawn_work(async move {
            webhooks.sim.sleep(delay_ms + late_ms).await;
            while !webhooks.is_kept(&body).await {
                let pause_ms = webhooks.sim.draw(|dice| dice.between(500, 20_000));
                webhooks.sim.sleep(pause_ms).await;
            }
        });
    }

    /// Whether the function answered that it keeps this.
    async fn is_kept(&self, body: &str) -> bool {
        let Some(fleet) = locked(&self.to).upgrade() else { return true };
        let body = body.to_owned();
        let kept = fleet
            .invoke(move |function| async move { function.context.queues.hear(&body).await.is_ok() }.boxed());
        let kept = kept.await;
        kept == Ok(true) || (kept.is_ok() && self.sim.lacks(Mutant::HookAnsweredFirst))
    }
}

/// The stages of a message that arrives.
const STAGES: [(ProviderStatus, &str); 3] = [
    (ProviderStatus::Sent, "sent"),
    (ProviderStatus::Delivered, "delivered"),
    (ProviderStatus::Read, "read"),
];

fn notice(what: &str, entry: &Value) -> Value {
    let value = json!({ "metadata": { "phone_number_id": NUMBER_ID }, what: [entry] });
    json!({ "object": "whatsapp_business_account", "entry": [{ "changes": [{ "value": value }] }] })
}

/// As the HTTP layer puts it into the inbox.
fn heard(notice: &Value) -> Option<String> {
    let hook = RawValue::from_string(notice.to_string()).ok()?;
    serde_json::to_string(&Heard { hook: &hook, of: Channel::WhatsApp }).ok()
}
