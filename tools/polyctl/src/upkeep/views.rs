//! `polyctl views`: which views there are, which generation of each is read, and what to do with the others.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{next, number};
use crate::contexts::{Context, Contexts, ask_patiently};
use crate::installation::{Installation, block_on};
use crate::{Exit, Failure};

/// What to do about the views of a context.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List them, with their generations
    List {
        /// Where the functions are
        #[command(flatten)]
        installation: Installation,
        /// Whose
        #[arg(long)]
        context: Context,
    },
    /// Let a view be read from another generation that is written: the way back after a replay
    Switch(Which),
    /// Delete a generation that is not read
    Drop(Which),
}

/// Which generation of which view.
#[derive(Debug, Clone, Args)]
pub struct Which {
    /// Where the functions are
    #[command(flatten)]
    installation: Installation,
    /// Whose view
    #[arg(long)]
    context: Context,
    /// Which view
    #[arg(long)]
    view: String,
    /// Which generation of it
    #[arg(long, value_name = "NAME")]
    generation: String,
}

pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::List { installation, context } => {
            let contexts = installation.contexts()?;
            block_on(async {
                let answer = ask_patiently(contexts.as_ref(), context, &json!({ "kind": "views" })).await;
                let answer = answer.map_err(anyhow::Error::from)?;
                let views = answer.get("views").and_then(Value::as_array).cloned().unwrap_or_default();
                for view in views {
                    let text = |member: &str| {
                        view.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
                    };
                    let kept = view.get("kept").map(ToString::to_string).unwrap_or_default();
                    println!(
                        "{:<12} live {:<10} kept {kept:<24} {}",
                        text("name"),
                        text("live"),
                        text("fedBy")
                    );
                }
                Ok(Exit::Done)
            })
        }
        Command::Switch(which) => {
            let contexts = which.installation.contexts()?;
            block_on(async {
                let event = json!({ "kind": "replay-switch", "view": which.view, "into": which.generation });
                let answer = ask_patiently(contexts.as_ref(), which.context, &event).await;
                let answer = answer.map_err(anyhow::Error::from)?;
                println!(
                    "{} is read from {} now, before from {}",
                    which.view, answer["live"], answer["before"]
                );
                Ok(Exit::Done)
            })
        }
        Command::Drop(which) => {
            let contexts = which.installation.contexts()?;
            block_on(async {
                let deleted =
                    drop_generation(contexts.as_ref(), which.context, &which.view, &which.generation).await?;
                println!("{deleted} rows of {} in {} deleted", which.generation, which.view);
                Ok(Exit::Done)
            })
        }
    }
}

/// Deletes a generation; gives how many rows it had.
///
/// # Errors
/// When it is read, or the context stays silent.
pub async fn drop_generation(
    contexts: &dyn Contexts,
    context: Context,
    view: &str,
    generation: &str,
) -> anyhow::Result<u64> {
    let mut event = json!({ "kind": "replay-drop", "view": view, "generation": generation });
    let mut deleted = 0;
    loop {
        let answer = ask_patiently(contexts, context, &event).await?;
        deleted += number(&answer, "deleted");
        let Some(after) = next(&answer) else { return Ok(deleted) };
        event["after"] = after;
    }
}
