//! `polyctl dlq`: what lies in the queues of dead letters, and putting it back or throwing it away.
//!
//! Looking at a message hides it for a moment, so two people who look at once may each see a part. Nothing is changed without
//! `--yes`; what is changed is kept on the facts bus (`operator.dead-letter-redriven`, `-discarded`) before it happens.

use std::collections::BTreeSet;
use std::time::SystemTime;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use dead_letters::{DeadQueue, Kind, Letter, Letters, Order, carry_out, look};
use kernel::config::Env;
use serde_json::json;

use crate::installation::{Installation, block_on};
use crate::{Exit, Failure, Progress};

/// What to do about dead letters.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the queues and how many messages lie in each; with --queue the messages
    List {
        /// Where the queues are
        #[command(flatten)]
        installation: Installation,
        /// The messages of this queue; of a FIFO group the ten oldest
        #[arg(long, value_name = "NAME")]
        queue: Option<String>,
        /// For programs: one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Show one message as JSON: body, attributes, error, correlation
    Show {
        /// Where the queues are
        #[command(flatten)]
        installation: Installation,
        /// Its queue
        #[arg(long, value_name = "NAME")]
        queue: String,
        /// Its id
        id: String,
    },
    /// Put messages back where they came from; whoever handles them knows what has happened already
    Redrive(Which),
    /// Delete messages for good
    Discard(Which),
}

/// Which messages.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(false))]
pub struct Which {
    /// Where the queues are
    #[command(flatten)]
    installation: Installation,
    /// Their queue
    #[arg(long, value_name = "NAME")]
    queue: String,
    /// This one; may be given several times
    #[arg(long, value_name = "ID", group = "which")]
    id: Vec<String>,
    /// Every message that is there now
    #[arg(long, group = "which")]
    all: bool,
    /// At most so many a second
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Do it: without this, only say what would be done
    #[arg(long)]
    yes: bool,
    /// Who does it, for the record [default: $USER]
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
}

pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::List { installation, queue, json } => {
            let (letters, _) = installation.dead_letters()?;
            block_on(list(&letters, queue.as_deref(), json))
        }
        Command::Show { installation, queue, id } => {
            let (letters, _) = installation.dead_letters()?;
            block_on(show(&letters, &queue, &id))
        }
        Command::Redrive(which) => block_on(act(Kind::Redrive, which)),
        Command::Discard(which) => block_on(act(Kind::Discard, which)),
    }
}

/// The name of whoever is logged in.
fn user() -> String {
    Env::from_process().optional("USER").unwrap_or("unknown").to_owned()
}

async fn queues(letters: &dyn Letters) -> anyhow::Result<Vec<DeadQueue>> {
    letters.queues().await.map_err(anyhow::Error::from_boxed).context("the queues cannot be listed")
}

/// The queue of this name, in full or without the installation's prefix.
async fn named(letters: &dyn Letters, name: &str) -> anyhow::Result<DeadQueue> {
    let all = queues(letters).await?;
    let found = all.iter().find(|queue| queue.name == name).or_else(|| {
        let end = format!("-{name}");
        all.iter().find(|queue| queue.name.trim_end_matches(".fifo").ends_with(end.trim_end_matches(".fifo")))
    });
    found
        .cloned()
        .with_context(|| format!("no queue of dead letters is called {name}; `polyctl dlq list` names them"))
}

async fn list(letters: &dyn Letters, queue: Option<&str>, as_json: bool) -> Result<Exit, Failure> {
    let Some(name) = queue else {
        let mut all = Vec::new();
        for queue in queues(letters).await? {
            let depth = letters.depth(&queue.name).await.map_err(anyhow::Error::from_boxed)?;
            if !as_json {
                println!(
                    "{:<48} {depth:>7}  {}",
                    queue.name,
                    queue.origin.as_deref().unwrap_or("not to be put back")
                );
            }
            all.push(json!({ "queue": queue.name, "depth": depth, "origin": queue.origin }));
        }
        if as_json {
            println!("{}", serde_json::to_string_pretty(&all).map_err(anyhow::Error::from)?);
        }
        return Ok(Exit::Done);
    };
    let queue = named(letters, name).await?;
    let seen = look(letters, &queue.name).await.map_err(anyhow::Error::from)?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&seen).map_err(anyhow::Error::from)?);
    } else {
        seen.iter().for_each(line);
    }
    Ok(Exit::Done)
}

async fn show(letters: &dyn Letters, queue: &str, id: &str) -> Result<Exit, Failure> {
    let queue = named(letters, queue).await?;
    let seen = look(letters, &queue.name).await.map_err(anyhow::Error::from)?;
    let Some(letter) = seen.iter().find(|letter| letter.id == id) else {
        println!("{id} is not in {}, or somebody else looks at it just now", queue.name);
        return Ok(Exit::Differs);
    };
    // Shown as JSON where it is JSON.
    let body = serde_json::from_str(&letter.body).unwrap_or_else(|_| json!(letter.body));
    let shown = json!({
        "id": letter.id, "queue": queue.name, "origin": queue.origin, "sentMs": letter.sent_ms,
        "receipts": letter.receipts, "group": letter.group, "attributes": letter.attributes,
        "error": letter.error(), "correlationId": letter.correlation(), "body": body,
    });
    println!("{}", serde_json::to_string_pretty(&shown).map_err(anyhow::Error::from)?);
    Ok(Exit::Done)
}

async fn act(kind: Kind, which: Which) -> Result<Exit, Failure> {
    let (letters, records) = which.installation.dead_letters()?;
    let queue = named(&letters, &which.queue).await?;
    let now = SystemTime::UNIX_EPOCH.elapsed().context("the clock stands before 1970")?;
    let wanted: BTreeSet<String> = which.id.into_iter().collect();
    let order = Order {
        kind,
        actor: which.actor.unwrap_or_else(user),
        ids: wanted.clone(),
        rate: which.rate,
        most: usize::MAX,
        really: which.yes,
        before_ms: i64::try_from(now.as_millis()).unwrap_or(i64::MAX),
    };
    let depth = letters.depth(&queue.name).await.map_err(anyhow::Error::from_boxed)?;
    let mut progress = Progress::start("letters", usize::try_from(depth).unwrap_or(usize::MAX));
    let done = carry_out(&letters, &records, &queue, &order, &mut |_| progress.advance(1)).await;
    progress.finish();
    let done = done.map_err(anyhow::Error::from)?;
    done.iter().for_each(line);
    let (count, to) = (done.len(), queue.origin.as_deref().unwrap_or_default());
    match (kind, which.yes) {
        (Kind::Redrive, true) => println!("{count} of {} put back into {to}", queue.name),
        (Kind::Discard, true) => println!("{count} of {} deleted", queue.name),
        (Kind::Redrive, false) => {
            println!("{count} of {} would go back into {to}; --yes does it", queue.name)
        }
        (Kind::Discard, false) => println!("{count} of {} would be deleted; --yes does it", queue.name),
    }
    let missing = wanted.iter().filter(|id| done.iter().all(|letter| letter.id != **id));
    let missing: Vec<&String> = missing.collect();
    for id in &missing {
        println!("{id} is not there, or somebody else looks at it just now");
    }
    Ok(if missing.is_empty() { Exit::Done } else { Exit::Differs })
}

fn line(letter: &Letter) {
    let head: String = letter.body.chars().take(60).collect();
    let error = letter.error().unwrap_or_else(|| format!("received {} times", letter.receipts));
    println!("{}  {}  {error}  {head}", letter.id, letter.correlation().as_deref().unwrap_or("-"));
}
