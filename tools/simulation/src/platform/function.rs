//! Functions: execution environments that serve one invocation at a time, are started when none is free, and die.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use kernel::Timestamp;
use kernel::ports::BoxFuture;

use crate::faults::Sight;
use crate::scheduler::Sleep;
use crate::sim::Sim;
use crate::sync::locked;

/// Longest run of a function, in milliseconds, as its Terraform module sets it for the contexts.
pub const TIMEOUT_MS: u64 = 15_000;

/// One execution environment.
#[derive(Debug)]
pub struct Instance {
    /// Its function and number, for traces.
    pub name: String,
    dead: AtomicBool,
}

impl Instance {
    /// Ends it: what runs in it never runs on, and what it held in memory is gone.
    pub fn die(&self) {
        self.dead.store(true, Ordering::Relaxed);
    }

    fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }
}

/// An invocation that never answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the function died")]
pub struct Died;

/// What a function is in memory, once started.
type Start<F> = Box<dyn Fn(&Arc<Instance>) -> F + Send + Sync>;

/// The environments of one function.
pub struct Fleet<F> {
    sim: Arc<Sim>,
    name: &'static str,
    start: Start<F>,
    idle: Mutex<Vec<Environment<F>>>,
    started: AtomicU32,
    down: Mutex<Option<(Timestamp, Timestamp)>>,
}

struct Environment<F> {
    instance: Arc<Instance>,
    function: Arc<F>,
}

impl<F: Send + Sync + 'static> Fleet<F> {
    /// A function that `start` starts.
    pub fn new(
        sim: Arc<Sim>,
        name: &'static str,
        start: impl Fn(&Arc<Instance>) -> F + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            sim,
            name,
            start: Box::new(start),
            idle: Mutex::default(),
            started: AtomicU32::new(0),
            down: Mutex::new(None),
        })
    }

    /// Lets no environment start from one instant to another, and ends those there are.
    pub fn goes_down(&self, from: Timestamp, until: Timestamp) {
        *locked(&self.down) = Some((from, until));
    }

    /// When its outage is over, if it has one.
    #[must_use]
    pub fn down_until(&self) -> Option<Timestamp> {
        locked(&self.down).map(|(_, until)| until)
    }

    /// Runs `work` in an environment of its own.
    ///
    /// # Errors
    /// When the environment cannot start, dies or runs out of time. What it had done is done.
    pub async fn invoke<T>(
        &self,
        work: impl FnOnce(Arc<F>) -> BoxFuture<'static, T> + Send,
    ) -> Result<T, Died> {
        let environment = self.environment().await?;
        let invocation = Invocation {
            work: work(Arc::clone(&environment.function)),
            instance: Arc::clone(&environment.instance),
            deadline: self.sim.sleep(TIMEOUT_MS),
        };
        let answer = invocation.await;
        if answer.is_ok() {
            locked(&self.idle).push(environment);
        } else {
            if !environment.instance.is_dead() {
                self.sim.saw(Sight::InvocationTimeout);
            }
            self.sim.event("died", || environment.instance.name.clone());
        }
        answer
    }

    /// A free environment, or a new one.
    async fn environment(&self) -> Result<Environment<F>, Died> {
        let now = self.sim.now();
        if locked(&self.down).is_some_and(|(from, until)| from <= now && now < until) {
            locked(&self.idle).clear();
            self.sim.sleep(50).await;
            return Err(Died);
        }
        let free = locked(&self.idle).len();
        if free > 0 {
            let position = self.sim.draw(|dice| dice.index(free));
            return Ok(locked(&self.idle).swap_remove(position));
        }
        let cold_start_ms = self.sim.draw(|dice| dice.between(20, 200));
        self.sim.sleep(cold_start_ms).await;
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("{}/{number}", self.name);
        let instance = Arc::new(Instance { name, dead: AtomicBool::new(false) });
        let function = Arc::new((self.start)(&instance));
        Ok(Environment { instance, function })
    }
}

/// Work that ends when its environment does.
struct Invocation<T> {
    work: BoxFuture<'static, T>,
    instance: Arc<Instance>,
    deadline: Sleep,
}

impl<T> Future for Invocation<T> {
    type Output = Result<T, Died>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Poll::Ready(answer) = this.work.as_mut().poll(cx) {
            return Poll::Ready(Ok(answer));
        }
        if this.instance.is_dead() || Pin::new(&mut this.deadline).poll(cx).is_ready() {
            return Poll::Ready(Err(Died));
        }
        Poll::Pending
    }
}
