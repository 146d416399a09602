//! Background processes of an instance: started detached, known by a pid file, stopped by SIGTERM.
//!
//! A pid alone is not an identity, since the kernel reuses it. The file also holds the process's start time, so a
//! stale file never stops a stranger.

use crate::workspace::{Instance, write_json};
use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One background process by name.
pub(crate) struct Daemon<'a> {
    name: &'static str,
    instance: &'a Instance,
}

#[derive(Serialize, Deserialize)]
struct PidFile {
    pid: i32,
    /// When it started, as the operating system prints it.
    started: String,
    /// What it was started with; another value calls for a restart.
    settings: String,
}

impl<'a> Daemon<'a> {
    pub(crate) fn new(name: &'static str, instance: &'a Instance) -> Self {
        Self { name, instance }
    }

    /// Its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.instance.path(&format!("log/{}.log", self.name))
    }

    fn pid_file(&self) -> PathBuf {
        self.instance.path(&format!("run/{}.json", self.name))
    }

    fn read(&self) -> Option<PidFile> {
        let file: PidFile = serde_json::from_slice(&fs::read(self.pid_file()).ok()?).ok()?;
        (start_time(file.pid).as_deref() == Some(file.started.as_str())).then_some(file)
    }

    /// Its pid while it runs.
    pub(crate) fn pid(&self) -> Option<i32> {
        self.read().map(|file| file.pid)
    }

    /// Whether it runs and was started with these settings.
    pub(crate) fn runs_with(&self, settings: &str) -> bool {
        self.read().is_some_and(|file| file.settings == settings)
    }

    /// Starts it with output appended to its log. It outlives this process, and makes a session of its own so that it
    /// outlives the terminal too.
    pub(crate) fn start(&self, command: &mut Command, settings: &str) -> Result<()> {
        let log = self.log();
        fs::create_dir_all(self.instance.path("log"))?;
        let out = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .with_context(|| format!("cannot open {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("cannot start {}: {:?}", self.name, command.get_program()))?;
        let pid = i32::try_from(child.id()).context("pid out of range")?;
        let started = start_time(pid).with_context(|| self.dead())?;
        write_json(&self.pid_file(), &PidFile { pid, started, settings: settings.to_owned() })
    }

    /// Waits until `ready` says so; fails at once when the process ends.
    pub(crate) fn wait_until(&self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !ready() {
            if self.pid().is_none() {
                bail!(self.dead());
            }
            if begun.elapsed() > limit {
                bail!(
                    "{} does not answer after {} s; its log: {}",
                    self.name,
                    limit.as_secs(),
                    self.log().display()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// SIGTERM, then wait. True if there was something to stop. SIGKILL comes only after a minute, because the
    /// emulator writes its state on SIGTERM.
    pub(crate) fn stop(&self) -> Result<bool> {
        let Some(pid) = self.pid() else {
            remove_if_exists(&self.pid_file())?;
            return Ok(false);
        };
        signal(pid, rustix::process::Signal::TERM)?;
        let begun = Instant::now();
        while self.pid().is_some() {
            if begun.elapsed() > Duration::from_mins(1) {
                signal(pid, rustix::process::Signal::KILL)?;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        remove_if_exists(&self.pid_file())?;
        Ok(true)
    }

    /// What to tell when it ended by itself.
    fn dead(&self) -> String {
        let text = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(8)..].join("\n    ");
        format!("{} ended by itself; the last lines of {}:\n    {tail}", self.name, self.log().display())
    }
}

fn signal(pid: i32, signal: rustix::process::Signal) -> Result<()> {
    let Some(pid) = rustix::process::Pid::from_raw(pid) else { return Ok(()) };
    match rustix::process::kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot stop process {}", pid.as_raw_nonzero())),
    }
}

fn remove_if_exists(path: &std::path::Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// When the process started, or none when it does not run (a zombie does not run).
fn start_time(pid: i32) -> Option<String> {
    if cfg!(target_os = "linux") {
        // proc(5): after the command in parentheses come the state (field 3) and, 19 further, the start time (22).
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let zombie = matches!(fields.first(), Some(&("Z" | "X")));
        (!zombie).then(|| fields.get(19).map(|time| (*time).to_owned())).flatten()
    } else {
        let out = Command::new("ps").args(["-o", "stat=,lstart=", "-p", &pid.to_string()]).output().ok()?;
        let text = String::from_utf8_lossy(&out.stdout).trim().to_owned();
        let (state, started) = text.split_once(char::is_whitespace)?;
        (!state.starts_with('Z')).then(|| started.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance() -> (tempfile::TempDir, Instance) {
        let dir = tempfile::tempdir().unwrap();
        let instance = Instance::at(dir.path().to_owned());
        (dir, instance)
    }

    #[test]
    fn a_daemon_runs_until_it_is_stopped() {
        let (_dir, instance) = instance();
        let daemon = Daemon::new("sleeper", &instance);
        daemon.start(Command::new("sleep").arg("60"), "v1").unwrap();
        assert!(daemon.pid().is_some());
        assert!(daemon.runs_with("v1"));
        assert!(!daemon.runs_with("v2"));
        assert!(daemon.stop().unwrap());
        assert!(daemon.pid().is_none());
        assert!(!daemon.stop().unwrap());
    }

    #[test]
    fn a_stale_pid_file_stops_no_stranger() {
        let (_dir, instance) = instance();
        let daemon = Daemon::new("stale", &instance);
        let own = i32::try_from(std::process::id()).unwrap();
        let file = PidFile { pid: own, started: "yesterday".to_owned(), settings: String::new() };
        write_json(&daemon.pid_file(), &file).unwrap();
        assert!(daemon.pid().is_none());
        assert!(!daemon.stop().unwrap());
    }

    #[test]
    fn a_daemon_that_ends_by_itself_shows_its_last_words() {
        let (_dir, instance) = instance();
        let daemon = Daemon::new("brief", &instance);
        let started =
            daemon.start(Command::new("sh").args(["-c", "echo no such file >&2; sleep 0.1; exit 3"]), "");
        let waited = started.and_then(|()| daemon.wait_until(Duration::from_secs(10), || false));
        assert!(waited.unwrap_err().to_string().contains("no such file"));
    }
}
