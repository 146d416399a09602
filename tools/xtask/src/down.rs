//! `down` and `reset`: a clean stop, and a clean slate.

use crate::progress::seconds;
use crate::workspace::Instance;
use crate::{cloud, daemon::Daemon, login_provider, simulators};
use anyhow::{Context as _, Result};
use std::fs;
use std::time::Instant;

/// Stops edge, simulators, login provider and emulator.
pub(crate) fn run(instance: &Instance) -> Result<()> {
    let begun = Instant::now();
    if stop(instance)? {
        println!("stopped in {}; the data stays, `cargo xtask up` goes on with it", seconds(begun.elapsed()));
    } else {
        println!("nothing was running");
    }
    Ok(())
}

/// Stops everything and removes data, state and ports; tools, packages and the snapshot stay.
pub(crate) fn reset(instance: &Instance) -> Result<()> {
    reset_quietly(instance)?;
    println!("all data of {} is gone", instance.dir().display());
    Ok(())
}

/// Stops what runs; true if anything did. The emulator writes its state when it is asked to stop.
pub(crate) fn stop(instance: &Instance) -> Result<bool> {
    let edge = Daemon::new("edge", instance).stop()?;
    let simulators = simulators::daemon(instance).stop()?;
    let logins = login_provider::daemon(instance).stop()?;
    let cloud = cloud::daemon(instance).stop()?;
    Ok(edge || simulators || logins || cloud)
}

/// [`reset`] without a word.
pub(crate) fn reset_quietly(instance: &Instance) -> Result<()> {
    stop(instance)?;
    for folder in ["state", "tmp", "log", "run", "terraform"] {
        let path = instance.path(folder);
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    for file in ["endpoints.json", "instance.json", "login-provider.json", "packages.auto.tfvars.json"] {
        let path = instance.path(file);
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}
