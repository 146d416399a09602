//! A single-threaded executor with a virtual clock: which of the tasks that could run does run is drawn from the seed,
//! and time passes only when none can.
//!
//! Deliberately absent: threads, I/O, real time. Ten virtual minutes cost what their events cost.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use kernel::Timestamp;
use kernel::ports::BoxFuture;

use crate::dice::Dice;
use crate::sync::locked;

/// Something that runs.
pub type Task = BoxFuture<'static, ()>;

type TaskId = u64;

/// Why [`Scheduler::run`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The condition holds.
    Done,
    /// The clock has reached the horizon.
    Horizon,
    /// Nothing can ever run again.
    Idle,
    /// More steps than one simulation may take: tasks keep each other busy without end.
    Exhausted,
}

/// Owns the tasks. Dropping it drops them, and with them every cycle between tasks and what they share.
pub struct Scheduler {
    handle: Handle,
    tasks: BTreeMap<TaskId, Running>,
    next: TaskId,
    dice: Dice,
    steps: u64,
    most_steps: u64,
}

struct Running {
    task: Task,
    waker: Waker,
}

/// What tasks hold of their scheduler: spawn, sleep, tell the time.
#[derive(Clone)]
pub struct Handle {
    state: Arc<Mutex<State>>,
    ready: Arc<Mutex<Ready>>,
}

struct State {
    now: Timestamp,
    spawned: Vec<Task>,
    alarms: BTreeMap<(Timestamp, u64), Waker>,
    next_alarm: u64,
}

#[derive(Default)]
struct Ready {
    order: Vec<TaskId>,
    queued: BTreeSet<TaskId>,
}

struct Knock {
    task: TaskId,
    ready: Arc<Mutex<Ready>>,
}

impl Wake for Knock {
    fn wake(self: Arc<Self>) {
        let mut ready = locked(&self.ready);
        if ready.queued.insert(self.task) {
            ready.order.push(self.task);
        }
    }
}

impl Scheduler {
    /// A scheduler without tasks, whose clock shows `now`.
    #[must_use]
    pub fn new(now: Timestamp, dice: Dice, most_steps: u64) -> Self {
        let state = State { now, spawned: Vec::new(), alarms: BTreeMap::new(), next_alarm: 0 };
        let handle = Handle { state: Arc::new(Mutex::new(state)), ready: Arc::default() };
        Self { handle, tasks: BTreeMap::new(), next: 0, dice, steps: 0, most_steps }
    }

    /// For the tasks to be.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// How many steps it has taken: tasks polled and advances of the clock.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// Runs tasks until `done`, the horizon, or the end of all work.
    pub fn run(&mut self, horizon: Timestamp, mut done: impl FnMut() -> bool) -> Stop {
        loop {
            if done() {
                return Stop::Done;
            }
            if self.steps >= self.most_steps {
                return Stop::Exhausted;
            }
            self.steps += 1;
            self.adopt();
            if let Some(task) = self.draw() {
                self.poll(task);
            } else if let Some(stop) = self.handle.advance(horizon) {
                return stop;
            }
        }
    }

    fn adopt(&mut self) {
        let spawned = std::mem::take(&mut locked(&self.handle.state).spawned);
        for task in spawned {
            self.next += 1;
            let knock = Arc::new(Knock { task: self.next, ready: Arc::clone(&self.handle.ready) });
            Arc::clone(&knock).wake();
            self.tasks.insert(self.next, Running { task, waker: Waker::from(knock) });
        }
    }

    /// One of the tasks that can run; each is as likely as any other.
    fn draw(&mut self) -> Option<TaskId> {
        let mut ready = locked(&self.handle.ready);
        if ready.order.is_empty() {
            return None;
        }
        let position = self.dice.index(ready.order.len());
        let task = ready.order.swap_remove(position);
        ready.queued.remove(&task);
        Some(task)
    }

    fn poll(&mut self, id: TaskId) {
        let Some(mut running) = self.tasks.remove(&id) else { return };
        let waker = running.waker.clone();
        if running.task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            self.tasks.insert(id, running);
        }
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        // What was spawned but never adopted holds a handle, and so itself.
        let orphans = std::mem::take(&mut locked(&self.handle.state).spawned);
        drop(orphans);
    }
}

impl Handle {
    /// The virtual present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        locked(&self.state).now
    }

    /// Starts a task.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        locked(&self.state).spawned.push(Box::pin(task));
    }

    /// Completes after `duration_ms` virtual milliseconds.
    #[must_use]
    pub fn sleep(&self, duration_ms: u64) -> Sleep {
        self.sleep_until(self.now().plus_ms(i64::try_from(duration_ms).unwrap_or(i64::MAX)))
    }

    /// Completes when the clock shows `deadline` or more.
    #[must_use]
    pub fn sleep_until(&self, deadline: Timestamp) -> Sleep {
        Sleep { handle: self.clone(), deadline, alarm: None }
    }

    /// Moves the clock to the next alarm and sounds all alarms of that instant.
    fn advance(&self, horizon: Timestamp) -> Option<Stop> {
        let mut state = locked(&self.state);
        let Some((&(next, _), _)) = state.alarms.first_key_value() else { return Some(Stop::Idle) };
        if next > horizon {
            state.now = horizon;
            return Some(Stop::Horizon);
        }
        state.now = state.now.max(next);
        let now = state.now;
        let later = state.alarms.split_off(&(now, u64::MAX));
        let due = std::mem::replace(&mut state.alarms, later);
        drop(state);
        due.into_values().for_each(Waker::wake);
        None
    }
}

/// A pause; see [`Handle::sleep`].
pub struct Sleep {
    handle: Handle,
    deadline: Timestamp,
    alarm: Option<(u64, Waker)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut state = locked(&this.handle.state);
        if state.now >= this.deadline {
            return Poll::Ready(());
        }
        if let Some((number, waker)) = &this.alarm {
            if waker.will_wake(cx.waker()) {
                return Poll::Pending;
            }
            state.alarms.remove(&(this.deadline, *number));
        }
        state.next_alarm += 1;
        let number = state.next_alarm;
        state.alarms.insert((this.deadline, number), cx.waker().clone());
        drop(state);
        this.alarm = Some((number, cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some((number, _)) = self.alarm.take() {
            locked(&self.handle.state).alarms.remove(&(self.deadline, number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order_of(seed: u64) -> Vec<u64> {
        let mut scheduler = Scheduler::new(Timestamp::default(), Dice::new(seed), 10_000);
        let handle = scheduler.handle();
        let seen = Arc::new(Mutex::new(Vec::new()));
        for number in 0..20 {
            let (handle, seen) = (handle.clone(), Arc::clone(&seen));
            handle.clone().spawn(async move {
                handle.sleep(5).await;
                locked(&seen).push(number);
            });
        }
        assert_eq!(scheduler.run(Timestamp::from_unix_ms(100), || false), Stop::Idle);
        assert_eq!(handle.now(), Timestamp::from_unix_ms(5));
        locked(&seen).clone()
    }

    #[test]
    fn the_seed_decides_the_order_of_what_could_run() {
        assert_eq!(order_of(1), order_of(1));
        assert_ne!(order_of(1), order_of(2));
    }

    #[test]
    fn time_passes_only_when_nothing_can_run() {
        let mut scheduler = Scheduler::new(Timestamp::default(), Dice::new(0), 10_000);
        let handle = scheduler.handle();
        let inner = handle.clone();
        handle.spawn(async move {
            inner.sleep(30).await;
            inner.sleep(40).await;
            drop(inner.sleep(1_000));
        });
        assert_eq!(scheduler.run(Timestamp::from_unix_ms(50), || false), Stop::Horizon);
        assert_eq!(handle.now(), Timestamp::from_unix_ms(50));
        assert_eq!(scheduler.run(Timestamp::from_unix_ms(500), || false), Stop::Idle);
        assert_eq!(handle.now(), Timestamp::from_unix_ms(70));
    }

    #[test]
    fn tasks_that_never_rest_are_stopped() {
        let mut scheduler = Scheduler::new(Timestamp::default(), Dice::new(0), 100);
        scheduler.handle().spawn(std::future::poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        assert_eq!(scheduler.run(Timestamp::from_unix_ms(1), || false), Stop::Exhausted);
    }
}
