//! One call over the network: it takes time, and anything can happen before it arrives and after it is served.

use std::future::Future;
use std::sync::Arc;

use crate::faults::Fault;
use crate::platform::function::Instance;
use crate::sim::Sim;

/// A call without an answer. Whether a write was served stays unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Lost(&'static str);

/// The network as one instance has it.
#[derive(Clone)]
pub struct Io {
    /// The world.
    pub sim: Arc<Sim>,
    /// Who calls.
    pub instance: Arc<Instance>,
}

impl Io {
    /// Calls for something that changes nothing.
    ///
    /// # Errors
    /// [`Lost`] when no answer came.
    pub async fn read<T>(
        &self,
        call: &'static str,
        subject: impl Fn() -> String + Send,
        serve: impl Future<Output = T> + Send,
    ) -> Result<T, Lost> {
        self.approach(call, &subject).await?;
        let answer = serve.await;
        self.answer(call, &subject).await;
        if self.sim.strikes(Fault::ReplyLost) {
            return Err(self.lost(call, &subject, "the reply was lost"));
        }
        Ok(answer)
    }

    /// Calls for a change. It may land although no answer comes, at once or seconds later, even after the caller's death.
    ///
    /// # Errors
    /// [`Lost`] when no answer came.
    pub async fn write<T: Send>(
        &self,
        call: &'static str,
        subject: impl Fn() -> String + Send,
        serve: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Lost> {
        self.approach(call, &subject).await?;
        if self.sim.strikes(Fault::LateWrite) {
            let lateness_ms = self.sim.draw(|dice| dice.between(10, 20_000));
            let sim = Arc::clone(&self.sim);
            self.sim.spawn_work(async move {
                sim.sleep(lateness_ms).await;
                serve.await;
            });
            return Err(self.lost(call, &subject, "timed out on its way"));
        }
        let answer = serve.await;
        self.answer(call, &subject).await;
        if self.sim.strikes(Fault::ReplyLost) {
            return Err(self.lost(call, &subject, "the reply was lost"));
        }
        Ok(answer)
    }

    /// The way to the server.
    async fn approach(&self, call: &'static str, subject: &(impl Fn() -> String + Send)) -> Result<(), Lost> {
        self.travel().await;
        if self.sim.strikes(Fault::CrashBefore) {
            self.crash(call, subject, "before").await;
        }
        if self.sim.strikes(Fault::Refused) {
            return Err(self.lost(call, subject, "the connection was reset"));
        }
        if self.sim.strikes(Fault::Throttled) {
            return Err(self.lost(call, subject, "throttled"));
        }
        Ok(())
    }

    /// The way back.
    async fn answer(&self, call: &'static str, subject: &(impl Fn() -> String + Send)) {
        self.sim.event(call, || format!("{} {}", self.instance.name, subject()));
        if self.sim.strikes(Fault::CrashAfter) {
            self.crash(call, subject, "after").await;
        }
        if self.sim.strikes(Fault::SlowReply) {
            let pause_ms = self.sim.draw(|dice| dice.between(500, 10_000));
            self.sim.sleep(pause_ms).await;
        }
        self.travel().await;
    }

    async fn travel(&self) {
        let latency_ms = self.sim.draw(|dice| dice.between(1, 8));
        self.sim.sleep(latency_ms).await;
    }

    /// The instance is gone; this future is dropped before it could run on.
    async fn crash(&self, call: &'static str, subject: &(impl Fn() -> String + Send), when: &'static str) {
        self.sim.event(call, || format!("{} {}: crash {when} it", self.instance.name, subject()));
        self.instance.die();
        std::future::pending().await
    }

    fn lost(&self, call: &'static str, subject: &(impl Fn() -> String + Send), reason: &'static str) -> Lost {
        self.sim.event(call, || format!("{} {}: {reason}", self.instance.name, subject()));
        Lost(reason)
    }
}
