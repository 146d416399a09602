//! A provider of messages over the network.

use std::fmt::Display;
use std::sync::Arc;

use async_trait::async_trait;
use notification::ports::{Messenger, Outgoing, Sent};

use crate::ports::io::Io;
use crate::telling::provider::{Call, Provider};

/// Calls a provider for one instance.
pub struct MessengerPort {
    io: Io,
    provider: Arc<Provider>,
}

impl MessengerPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, provider: Arc<Provider>) -> Self {
        Self { io, provider }
    }
}

#[async_trait]
impl<A: Display + Sync> Messenger<A> for MessengerPort {
    async fn send(&self, to: &A, outgoing: &Outgoing<'_>) -> Sent {
        let call = Call {
            notification: outgoing.notification,
            to: to.to_string(),
            form: outgoing.form,
            begun: self.io.sim.now(),
        };
        self.provider.is_called(&call);
        let (provider, arriving) = (Arc::clone(&self.provider), call.clone());
        let serve = async move { provider.serve(&arriving) };
        let subject = || format!("{} to {}", call.notification, call.to);
        match self.io.write("provider.send", subject, serve).await {
            Ok(sent) => sent,
            Err(lost) => Sent::Unknown { reason: lost.to_string() },
        }
    }
}
