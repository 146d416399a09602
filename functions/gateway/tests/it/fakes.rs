//! Contexts and queues that do as they are told, and a clock that stands still.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use dead_letters::memory::MemoryLetters;
use gateway::config::{Config, Named};
use gateway::dead::DeadLetters;
use gateway::http::Gateway;
use gateway::ports::{ContextAnswer, Contexts, QueueDepth, Queues, Unanswered};
use gateway::readiness::{Check, Prober, Status};
use http_kit::Edge;
use kernel::{Clock, Timestamp};

/// How something answers.
#[derive(Clone, Copy)]
pub enum Mood {
    Says(Status),
    Fails,
    Hangs,
}

/// The whole world around the gateway.
#[derive(Default)]
pub struct World {
    pub contexts: Mutex<BTreeMap<String, Mood>>,
    pub queues: Mutex<BTreeMap<String, Option<u64>>>,
    pub asked: AtomicUsize,
    pub now: AtomicI64,
    pub letters: Arc<MemoryLetters>,
}

#[async_trait::async_trait]
impl Contexts for World {
    async fn ask(&self, function: &str) -> Result<ContextAnswer, Unanswered> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        // Lets others run, as a real call would.
        tokio::task::yield_now().await;
        let mood = self.contexts.lock().unwrap()[function];
        match mood {
            Mood::Says(status) => {
                let check = Check { name: "log".to_owned(), status: "up".to_owned(), duration_ms: 3 };
                Ok(ContextAnswer { status, checks: vec![check] })
            }
            Mood::Fails => Err(Unanswered("AccessDenied: secret details".to_owned())),
            Mood::Hangs => std::future::pending().await,
        }
    }
}

#[async_trait::async_trait]
impl Queues for World {
    async fn depth(&self, url: &str) -> Result<QueueDepth, Unanswered> {
        let visible = self.queues.lock().unwrap()[url];
        let visible = visible.ok_or_else(|| Unanswered("no such queue".to_owned()))?;
        Ok(QueueDepth { visible, in_flight: 1, delayed: 0 })
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.now.load(Ordering::Relaxed))
    }
}

impl World {
    /// Contexts in these moods and queues of these depths; everything's address is its name with `at:` in front.
    pub fn of(contexts: &[(&str, Mood)], queues: &[(&str, Option<u64>)]) -> Arc<Self> {
        let at = |name: &str| format!("at:{name}");
        Arc::new(Self {
            contexts: Mutex::new(contexts.iter().map(|(name, mood)| (at(name), *mood)).collect()),
            queues: Mutex::new(queues.iter().map(|(name, depth)| (at(name), *depth)).collect()),
            ..Self::default()
        })
    }

    /// The gateway in this world.
    pub fn router(self: &Arc<Self>) -> Router {
        let named = |addresses: Vec<String>| {
            let named = |address: String| Named { name: address.replace("at:", ""), address };
            addresses.into_iter().map(named).collect()
        };
        let config = Config {
            functions: named(self.contexts.lock().unwrap().keys().cloned().collect()),
            queues: named(self.queues.lock().unwrap().keys().cloned().collect()),
            event_bus: "facts".to_owned(),
        };
        let dead = DeadLetters::new(&config.queues, self.letters.clone(), self.letters.clone());
        let prober = Arc::new(Prober::new(config, self.clone(), self.clone(), self.clone()));
        let gateway = Gateway { prober, dead, clock: self.clone() };
        gateway::http::routes().into_router(gateway, Edge::system())
    }
}
