//! An old database moves into the deployed functions, although the tool is killed on the way. A binary of its own: what it
//! brings in would stand in the lists of the other tests.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use e2e::{Endpoints, Tool, done};
use serde_json::{Value, json};

/// Deals that must be there before the tool is killed; the fixture has some 330.
const ENOUGH: usize = 20;

/// The tool, with one old database.
struct Move {
    tool: Tool,
    db: PathBuf,
}

impl Move {
    fn migrate(&self, command: &str) -> Command {
        let mut migrate = self.tool.command(&["migrate", command]);
        migrate.arg(&self.db);
        migrate
    }

    fn replay(&self, view: &str) -> Result<String> {
        self.tool.run(&["replay", "--context", "deal", "--view", view, "--into", "v2"])
    }
}

/// The deal of `events/invoke/deal`, whose recorded stream event other tests hand to the function without a log behind it.
const SAMPLE: &str = "deal_9d66d3700dc85e798bf0871281ddd734";

/// Whether fsck has nothing to say, but for the row of that event.
fn only_the_sample_differs(mut fsck: Command) -> Result<()> {
    let Output { status, stdout, stderr } = fsck.output()?;
    let (found, said) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    let differs = found.lines().find(|line| line.contains(" → ") && !line.contains(SAMPLE));
    ensure!(differs.is_none() && found.contains("deal: "), "{fsck:?} ended with {status}:\n{found}{said}");
    Ok(())
}

/// How many imported deals the list has.
async fn imported(endpoints: &Endpoints) -> Result<usize> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{}/2015-03-31/functions/polymer-local-deal/invocations", endpoints.emulator);
    let question = json!({ "kind": "imported", "tenant": "main" });
    let answer: Value = client.post(url).body(question.to_string()).send().await?.json().await?;
    Ok(answer.pointer("/ok/ids").and_then(Value::as_object).map_or(0, serde_json::Map::len))
}

/// Kills the run when it is in the middle of the deals.
async fn kill_in_the_middle(mut run: Child, endpoints: &Endpoints) -> Result<()> {
    for _ in 0..1_200 {
        if imported(endpoints).await? >= ENOUGH {
            // SIGKILL: the process has no say in it.
            run.kill()?;
            ensure!(!run.wait()?.success(), "the run was over before it was killed");
            return Ok(());
        }
        if let Some(status) = run.try_wait()? {
            bail!("the run ended with {status} before {ENOUGH} deals were listed");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    run.kill()?;
    bail!("no deal was listed within two minutes")
}

#[tokio::test]
async fn a_move_that_is_killed_is_completed_by_the_next_and_everything_agrees() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let folder = std::env::temp_dir().join(format!("moving-in-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let moving = Move { tool: Tool::build()?, db: folder.join("old.db") };
    let mut fixture = moving.tool.offline(&["migrate", "fixture", "--seed", "7"]);
    fixture.arg(&moving.db);
    done(fixture)?;

    // Small batches, one at a time: there is a middle to be killed in.
    let mut first = moving.migrate("run");
    first.args(["--batch", "5", "--parallel", "1"]).stdout(Stdio::null()).stderr(Stdio::null());
    kill_in_the_middle(first.spawn()?, &endpoints).await?;
    let early = moving.migrate("verify").output()?;
    assert_eq!(early.status.code(), Some(1), "something is missing still");

    done(moving.migrate("run"))?;
    let verified = done(moving.migrate("verify"))?;
    assert!(verified.contains("no difference"), "{verified}");
    let again = done(moving.migrate("run"))?;
    assert!(again.contains("\n0 changes"), "{again}");

    only_the_sample_differs(moving.tool.command(&["fsck"]))?;
    for view in ["deals", "figures"] {
        let replayed = moving.replay(view)?;
        assert!(replayed.contains("is read from v2 now"), "{replayed}");
    }
    done(moving.migrate("verify"))?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
