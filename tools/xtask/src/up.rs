//! `up`: from a clean clone to a deal that can be registered, step by step, each one skipped when nothing changed.

use crate::cloud::{self, Cloud};
use crate::daemon::Daemon;
use crate::demo::{self, Demo};
use crate::packages::{self, Packages};
use crate::progress::{Note, Outcome, Steps, done, seconds, unchanged};
use crate::terraform::Terraform;
use crate::workspace::{Instance, Workspace};
use crate::{login_provider, ports, simulators, snapshot, tools, venv};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::fs::{self, File};
use std::process::Command;
use std::time::Duration;

#[derive(Args)]
pub(crate) struct Options {
    /// Port people use (8080, or the one used last)
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Port of the emulator (4566, or the one used last)
    #[arg(long)]
    pub(crate) cloud_port: Option<u16>,
    /// Deploy release binaries, as production does; compiling takes minutes
    #[arg(long)]
    pub(crate) release: bool,
    /// Deploy the binaries as last built
    #[arg(long)]
    pub(crate) no_build: bool,
}

/// Brings the instance up and tells how to use it.
pub(crate) fn run(workspace: &Workspace, mut instance: Instance, options: &Options) -> Result<()> {
    fs::create_dir_all(instance.dir())
        .with_context(|| format!("cannot create {}", instance.dir().display()))?;
    let _lock = lock(&instance)?;
    choose_ports(&mut instance, options)?;

    let steps = Steps::start();
    eprintln!("Local cloud in {}", instance.dir().display());
    steps.run("tools", |_| {
        let found = tools::require()?;
        require_port(&Daemon::new("edge", &instance), instance.port, "--port")?;
        require_port(&simulators::daemon(&instance), instance.simulators_port(), "--port")?;
        require_port(&login_provider::daemon(&instance), instance.login_provider_port(), "--port")?;
        require_port(&cloud::daemon(&instance), instance.cloud_port, "--cloud-port")?;
        unchanged(found)
    })?;
    instance.remember()?;
    steps.run("python environment", |note| venv::CLOUD.ensure(workspace, note))?;
    steps.run("login provider", |note| venv::LOGIN_PROVIDER.ensure(workspace, note))?;
    steps.run("compile", |note| {
        if options.no_build {
            return unchanged("skipped (--no-build)");
        }
        packages::build(workspace, options.release, note)
    })?;
    let mut packages = Packages::new();
    steps.run("package", |note| {
        let (made, outcome) = packages::pack(workspace, &instance, options.release, note)?;
        packages = made;
        Ok(outcome)
    })?;
    let terraform = Terraform::new(workspace, &instance);
    let snapshot = format!("{} {}", terraform.described()?, cloud::settings(workspace, &instance)?);
    steps.run("emulator", |_| {
        let restored = snapshot::restore(&instance, &snapshot)?;
        let text = format!("MiniStack on {}", instance.cloud_url());
        match (cloud::start(workspace, &instance)?, restored) {
            (true, true) => done(format!("{text}, with the deployed system of before the reset")),
            (true, false) => done(text),
            (false, _) => unchanged(text),
        }
    })?;
    let cloud = Cloud::new(&instance)?;
    steps.run("upload", |note| upload(&instance, &cloud, &packages, note))?;
    steps.run("terraform init", |note| terraform.init(note))?;
    steps.run("terraform apply", |note| {
        let applied = terraform.apply(&cloud, &packages, note)?;
        if applied.anew {
            note.say("keeping a copy for the next reset");
            cloud::daemon(&instance).stop()?;
            snapshot::take(&instance, &snapshot)?;
            cloud::start(workspace, &instance)?;
        }
        Ok(applied.outcome)
    })?;
    steps.run("edge", |_| start_edge(&instance, &terraform))?;
    steps.run("simulators", |_| simulators::start(workspace, &instance, &cloud, options.release))?;
    steps.run("logins elsewhere", |_| login_provider::start(workspace, &instance, &cloud))?;
    steps.run("ready", |note| wait_until_ready(&instance, note))?;
    let mut demo = Demo::default();
    steps.run("demo users", |note| demo::users(&cloud, note))?;
    steps.run("demo data", |note| {
        let (data, outcome) = demo::data(&instance, note)?;
        demo = data;
        Ok(outcome)
    })?;
    demo::write_endpoints(&instance)?;
    eprintln!("Ready in {}\n", seconds(steps.elapsed()));
    println!("{}", demo.welcome(&instance));
    Ok(())
}

/// One `up` at a time for one instance.
fn lock(instance: &Instance) -> Result<File> {
    let file = File::create(instance.path("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            bail!("another `cargo xtask up` is at work on {}", instance.dir().display())
        }
        Err(fs::TryLockError::Error(error)) => Err(error).context("cannot lock the instance"),
    }
}

fn choose_ports(instance: &mut Instance, options: &Options) -> Result<()> {
    instance.port = options.port.unwrap_or(instance.port);
    let cloud_port = options.cloud_port.unwrap_or(instance.cloud_port);
    if cloud_port != instance.cloud_port && instance.path("state/terraform.tfstate").exists() {
        // Queue URLs hold the emulator's port, and Terraform knows queues by their URLs.
        bail!(
            "this instance was made with --cloud-port {}; `cargo xtask reset` first to change it",
            instance.cloud_port
        );
    }
    instance.cloud_port = cloud_port;
    Ok(())
}

/// The port is free or held by our own daemon.
fn require_port(daemon: &Daemon<'_>, port: u16, option: &str) -> Result<()> {
    if daemon.pid().is_some() || ports::is_free(port) {
        return Ok(());
    }
    let holder =
        ports::holder(port).map_or("a process of another user".to_owned(), |holder| holder.to_string());
    bail!(
        "port {port} is held by {holder}; stop it, or choose another port with `cargo xtask up {option} <port>`"
    )
}

fn upload(instance: &Instance, cloud: &Cloud, packages: &Packages, note: &Note) -> Result<Outcome> {
    cloud.create_bucket(packages::BUCKET)?;
    let mut sent = Vec::new();
    for (function, package) in packages {
        if cloud.has_object(packages::BUCKET, &package.key)? {
            continue;
        }
        note.say(function);
        let bytes = fs::read(instance.path("packages").join(&package.key))?;
        let megabytes = bytes.len().div_ceil(1_000_000);
        cloud.put_object(packages::BUCKET, &package.key, bytes)?;
        sent.push(format!("{function} {megabytes} MB"));
    }
    if sent.is_empty() { unchanged("every package is there") } else { done(sent.join(", ")) }
}

fn start_edge(instance: &Instance, terraform: &Terraform<'_>) -> Result<Outcome> {
    let api_id = terraform.output("api_id")?;
    let api_id = api_id.as_str().context("api_id is no string")?;
    let daemon = Daemon::new("edge", instance);
    let settings = format!("port {} cloud {} api {api_id}", instance.port, instance.cloud_port);
    if daemon.runs_with(&settings) {
        return unchanged(instance.api_url());
    }
    daemon.stop()?;
    let mut command = Command::new(std::env::current_exe().context("cannot find this program")?);
    command
        .args(["edge", "--port", &instance.port.to_string()])
        .args(["--cloud-port", &instance.cloud_port.to_string()])
        .args(["--api-id", api_id])
        .current_dir(instance.dir());
    daemon.start(&mut command, &settings)?;
    daemon.wait_until(Duration::from_secs(10), || !ports::is_free(instance.port))?;
    done(instance.api_url())
}

fn wait_until_ready(instance: &Instance, note: &Note) -> Result<Outcome> {
    let http = reqwest::blocking::Client::builder().timeout(Duration::from_secs(35)).no_proxy().build()?;
    let url = format!("{}/readyz", instance.api_url());
    let mut last = String::new();
    for _ in 0..60 {
        match http.get(&url).send() {
            Ok(answer) if answer.status().is_success() => return unchanged(format!("{url} says so")),
            Ok(answer) => last = format!("{} {}", answer.status(), answer.text().unwrap_or_default()),
            Err(error) => last = format!("{error:#}"),
        }
        note.say(&last);
        std::thread::sleep(Duration::from_millis(500));
    }
    bail!("{url} is not ready: {last}\n  see `cargo xtask logs` and `cargo xtask doctor`")
}
