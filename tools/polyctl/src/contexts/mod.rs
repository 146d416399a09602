//! The contexts of the system as this tool reaches them: direct invocations, by one of two adapters.

mod in_process;
mod lambda;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use event_store::BoxError;
use serde_json::Value;

pub use in_process::InProcess;
pub use lambda::{Functions, Place};

/// How often one invocation is tried before the command gives up.
const MOST_TRIES: u32 = 6;
/// Before the second try, in milliseconds; it doubles.
const FIRST_PAUSE_MS: u64 = 200;

/// A context that stores something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Context {
    /// Parties.
    Customer,
    /// Products and lots.
    Inventory,
    /// Deals.
    Deal,
    /// Users.
    Auth,
    /// Messages, and who is told.
    Notification,
    /// Rows of the sheet.
    Sync,
}

impl Context {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Auth, Self::Customer, Self::Inventory, Self::Deal, Self::Notification, Self::Sync];

    /// Its name, as functions are named by it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Inventory => "inventory",
            Self::Deal => "deal",
            Self::Auth => "auth",
            Self::Notification => "notification",
            Self::Sync => "sync",
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a context did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It is not there.
    #[error("there is no {0} function; deploy it first")]
    Absent(Context),
    /// It refuses to answer.
    #[error("the {context} function refused: {code}: {detail}")]
    Refused {
        /// Who.
        context: Context,
        /// Stable, for programs.
        code: String,
        /// For people.
        detail: String,
    },
    /// It could not be asked, or failed on the way; whether it did what was asked is unknown.
    #[error("the {0} function did not answer")]
    Failed(Context, #[source] BoxError),
}

impl AskError {
    /// Whether the same question may be answered later.
    fn is_passing(&self) -> bool {
        match self {
            Self::Failed(..) => true,
            Self::Refused { code, .. } => matches!(code.as_str(), "failed" | "unavailable"),
            Self::Absent(_) => false,
        }
    }
}

/// Asks contexts by direct invocation.
#[async_trait]
pub trait Contexts: Send + Sync {
    /// Hands `event` to the context and gives its answer. Asked again, a context must give the same effect once.
    ///
    /// # Errors
    /// See [`AskError`].
    async fn ask(&self, context: Context, event: &Value) -> Result<Value, AskError>;
}

/// Asks until the context answers, with pauses; everything this tool asks may be repeated.
///
/// # Errors
/// The last error, when a context refuses for good or stays silent.
pub async fn ask_patiently(
    contexts: &dyn Contexts,
    context: Context,
    event: &Value,
) -> Result<Value, AskError> {
    let mut tries = 1;
    loop {
        match contexts.ask(context, event).await {
            Err(error) if error.is_passing() && tries < MOST_TRIES => {
                let pause_ms = FIRST_PAUSE_MS << (tries - 1);
                eprintln!("  {error}; again in {pause_ms} ms");
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
                tries += 1;
            }
            settled => return settled,
        }
    }
}
