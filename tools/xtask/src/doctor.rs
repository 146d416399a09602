//! `doctor`: every check with what was found or how to fix it.

use crate::cloud::{self, Cloud};
use crate::daemon::Daemon;
use crate::tools::{self, Check};
use crate::workspace::{FUNCTIONS, Instance, PREFIX, Workspace};
use crate::{login_provider, ports, simulators, venv};
use anyhow::{Result, bail};
use std::time::Duration;

/// Prints every check; fails if one does.
pub(crate) fn run(workspace: &Workspace, instance: &Instance) -> Result<()> {
    let mut checks = tools::check();
    checks.push(python_environment(workspace));
    let edge = Daemon::new("edge", instance);
    let emulator = cloud::daemon(instance);
    checks.push(process("emulator", &emulator, instance.cloud_port));
    checks.push(process("edge", &edge, instance.port));
    checks.push(process("simulators", &simulators::daemon(instance), instance.simulators_port()));
    let logins = login_provider::daemon(instance);
    checks.push(process("login provider", &logins, instance.login_provider_port()));
    if emulator.pid().is_some() {
        let cloud = Cloud::new(instance)?;
        for function in FUNCTIONS {
            checks.push(deployed(&cloud, function));
        }
    }
    if edge.pid().is_some() {
        checks.push(ready(instance));
    }

    let mut wrong = 0;
    for check in &checks {
        match &check.result {
            Ok(found) => println!("  ok   {:<22} {found}", check.what),
            Err(fix) => {
                wrong += 1;
                println!("  FIX  {:<22} {fix}", check.what);
            }
        }
    }
    if wrong > 0 {
        bail!("{wrong} of {} checks need you", checks.len());
    }
    Ok(())
}

fn python_environment(workspace: &Workspace) -> Check {
    let venv = workspace.venv();
    if venv::python(&venv).exists() && venv::cargo_lambda(&venv).exists() {
        Check::ok("python environment", "MiniStack and cargo-lambda are in .local/venv")
    } else {
        Check::fix(
            "python environment",
            "run `cargo xtask up`; it installs what is pinned in tools/local-cloud",
        )
    }
}

fn process(name: &'static str, daemon: &Daemon<'_>, port: u16) -> Check {
    match (daemon.pid(), ports::is_free(port)) {
        (Some(pid), false) => Check::ok(name, format!("process {pid} on port {port}")),
        (Some(pid), true) => Check::fix(
            name,
            format!(
                "process {pid} does not listen on {port}: `cargo xtask down`, then `up`; its log: {}",
                daemon.log().display()
            ),
        ),
        (None, true) => Check::fix(name, "does not run: `cargo xtask up`"),
        (None, false) => {
            let holder =
                ports::holder(port).map_or("another process".to_owned(), |holder| holder.to_string());
            Check::fix(
                name,
                format!("port {port} is held by {holder}: stop it, or choose another port with `up`"),
            )
        }
    }
}

fn deployed(cloud: &Cloud, function: &str) -> Check {
    let what = format!("function {function}");
    match cloud.has_function(&format!("{PREFIX}-{function}")) {
        Ok(true) => Check::ok(what, "deployed"),
        Ok(false) => Check::fix(what, "not deployed: `cargo xtask up`"),
        Err(error) => Check::fix(what, format!("{error:#}")),
    }
}

fn ready(instance: &Instance) -> Check {
    let url = format!("{}/readyz", instance.api_url());
    let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(35)).no_proxy().build();
    match client.and_then(|client| client.get(&url).send()) {
        Ok(answer) if answer.status().is_success() => Check::ok("readyz", url),
        Ok(answer) => {
            let status = answer.status();
            Check::fix(
                "readyz",
                format!("{status} {}; see `cargo xtask logs`", answer.text().unwrap_or_default()),
            )
        }
        Err(error) => Check::fix("readyz", format!("{error}; `cargo xtask up`")),
    }
}
