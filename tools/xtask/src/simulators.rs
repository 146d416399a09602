//! The simulated providers: one process, started and stopped with the rest of the instance.

use crate::cloud::Cloud;
use crate::daemon::Daemon;
use crate::ports;
use crate::progress::{Outcome, done, unchanged};
use crate::workspace::{Instance, PREFIX, Workspace};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

/// What the simulated providers and the system agree on. As secret as the demo passwords.
const WHATSAPP_TOKEN: &str = "sim-whatsapp-token";
const WHATSAPP_APP_SECRET: &str = "sim-whatsapp-app-secret";
const WHATSAPP_VERIFY_TOKEN: &str = "sim-whatsapp-verify-token";
const TELEGRAM_TOKEN: &str = "110201543:sim-telegram-token";
const TELEGRAM_BOT: &str = "polymer_desk_bot";
const TELEGRAM_HOOK_SECRET: &str = "sim-telegram-hook-secret";
const SHEET_HOOK_SECRET: &str = "sim-sheet-hook-secret";

/// Their process.
pub(crate) fn daemon(instance: &Instance) -> Daemon<'_> {
    Daemon::new("simulators", instance)
}

/// Starts them unless they run as last built, and tells both sides how to know each other.
pub(crate) fn start(
    workspace: &Workspace,
    instance: &Instance,
    cloud: &Cloud,
    release: bool,
) -> Result<Outcome> {
    let profile = if release { "release" } else { "debug" };
    let binary = workspace.target_dir().join(profile).join("simulators");
    let metadata = fs::metadata(&binary).with_context(|| {
        format!("{} is not built: run `cargo xtask up` without --no-build", binary.display())
    })?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let settings = format!("port {} {profile} built {}", instance.simulators_port(), modified.as_nanos());
    let daemon = daemon(instance);
    if daemon.runs_with(&settings) {
        return unchanged(instance.simulators_url());
    }
    daemon.stop()?;
    let mut command = Command::new(binary);
    command.args(["--port", &instance.simulators_port().to_string()]).current_dir(instance.dir());
    daemon.start(&mut command, &settings)?;
    daemon.wait_until(Duration::from_secs(10), || !ports::is_free(instance.simulators_port()))?;
    introduce(workspace, instance, cloud)?;
    done(instance.simulators_url())
}

/// The key file of the simulated service account, with the token endpoint where it is.
fn service_account(workspace: &Workspace, instance: &Instance) -> Result<Value> {
    let file = workspace.path("tools/simulators/src/google/service-account.json");
    let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut account: Value = serde_json::from_slice(&text)?;
    account["token_uri"] = json!(format!("{}/google/token", instance.simulators_url()));
    Ok(account)
}

/// Gives the system its secrets, and the providers the addresses of the webhooks.
fn introduce(workspace: &Workspace, instance: &Instance, cloud: &Cloud) -> Result<()> {
    cloud.put_secret(&format!("{PREFIX}/sync/google"), &service_account(workspace, instance)?.to_string())?;
    cloud.put_secret(&format!("{PREFIX}/sync/hook"), SHEET_HOOK_SECRET)?;
    cloud.put_secret(
        &format!("{PREFIX}/notification/whatsapp"),
        &json!({
            "accessToken": WHATSAPP_TOKEN, "appSecret": WHATSAPP_APP_SECRET, "verifyToken": WHATSAPP_VERIFY_TOKEN,
        })
        .to_string(),
    )?;
    cloud.put_secret(
        &format!("{PREFIX}/notification/telegram"),
        &json!({ "botToken": TELEGRAM_TOKEN, "hookSecret": TELEGRAM_HOOK_SECRET, "botName": TELEGRAM_BOT })
            .to_string(),
    )?;
    let whatsapp = json!({
        "token": WHATSAPP_TOKEN,
        "webhook": {
            "url": format!("{}/v1/hooks/whatsapp", instance.api_url()), "appSecret": WHATSAPP_APP_SECRET,
        },
    });
    let telegram = json!({
        "token": TELEGRAM_TOKEN,
        "webhook": {
            "url": format!("{}/v1/hooks/telegram", instance.api_url()), "secret": TELEGRAM_HOOK_SECRET,
        },
    });
    let http = reqwest::blocking::Client::builder().no_proxy().build()?;
    for (provider, settings) in [("whatsapp", whatsapp), ("telegram", telegram)] {
        let url = format!("{}/_sim/{provider}/settings", instance.simulators_url());
        let told = http.put(&url).json(&settings).send()?.error_for_status();
        told.context("the simulators refuse their settings")?;
    }
    Ok(())
}
