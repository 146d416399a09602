//! A browser without a screen, with its driver, for one test.

use std::fs::{File, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use tempfile::TempDir;

use crate::webdriver::Session;

/// The gate names the driver here; empty, it has said why there is none.
const DRIVER: &str = "POLYMER_CHROMEDRIVER";

/// What the driver says once it listens.
const LISTENS: &str = "started successfully on port ";

/// How often the driver is started before it is believed that it cannot.
const ATTEMPTS: u32 = 5;

/// A browser that shows one page. It ends with this value, and so does all it has started.
pub(crate) struct Browser {
    pub(crate) page: Session,
    _driver: Driver,
}

impl Browser {
    /// Opens a page; `None`, and a word about it, where no browser is installed.
    pub(crate) async fn open(url: &str) -> Result<Option<Self>> {
        let Some(path) = driver() else {
            println!("left out: no chromedriver; install chromium and chromedriver, or name it in {DRIVER}");
            return Ok(None);
        };
        let driver = Driver::start(&path)?;
        let arguments = [
            "--headless=new",
            "--window-size=1280,1000",
            // The pages are our own, and root has no sandbox.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--no-proxy-server",
            // Pages may want styles from elsewhere; nothing outside this machine is asked.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ];
        let profile = format!("--user-data-dir={}", driver.files.path().join("profile").display());
        let arguments: Vec<&str> = arguments.into_iter().chain([profile.as_str()]).collect();
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": arguments } });
        let page = Session::begin(&driver.url, &capabilities).await?;
        page.goto(url).await?;
        Ok(Some(Self { page, _driver: driver }))
    }
}

/// Where the driver is.
fn driver() -> Option<PathBuf> {
    let variable =
        |wanted: &str| std::env::vars_os().find(|(name, _)| name == wanted).map(|(_, value)| value);
    match variable(DRIVER) {
        Some(named) => Some(PathBuf::from(named)).filter(|path| !path.as_os_str().is_empty()),
        None => {
            let path = variable("PATH")?;
            std::env::split_paths(&path).map(|folder| folder.join("chromedriver")).find(|file| file.is_file())
        }
    }
}

/// A driver on a port of its own.
struct Driver {
    process: Child,
    url: String,
    /// Held, so that it can go on writing.
    output: BufReader<ChildStdout>,
    /// What it and its browser write.
    files: TempDir,
}

impl Driver {
    /// Starts the driver, and again where it ends at once: it listens on one number for IPv4 and IPv6, takes
    /// a free one of the first family and gives up when another process has it in the second.
    fn start(path: &Path) -> Result<Self> {
        let mut attempts = 1;
        loop {
            match Self::start_once(path) {
                Err(error) if attempts < ATTEMPTS => println!("{error:#}; it is started again"),
                started_or_not => return started_or_not,
            }
            attempts += 1;
        }
    }

    fn start_once(path: &Path) -> Result<Self> {
        let files = tempfile::tempdir()?;
        let complaints = files.path().join("stderr");
        let mut process = Command::new(path)
            .arg("--port=0")
            .env("TMPDIR", files.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&complaints)?)
            // The browser belongs to the same group, so that both can be ended together.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot run {}", path.display()))?;
        let output = BufReader::new(process.stdout.take().context("its output is piped")?);
        let mut driver = Self { process, url: String::new(), output, files };
        let mut said = String::new();
        loop {
            let before = said.len();
            if driver.output.read_line(&mut said)? == 0 {
                break;
            }
            if let Some((_, port)) = said[before..].split_once(LISTENS) {
                driver.url = format!("http://127.0.0.1:{}", port.trim().trim_end_matches('.'));
                return Ok(driver);
            }
        }
        said.push_str(&std::fs::read_to_string(complaints)?);
        anyhow::bail!("{} ended without listening; it said: {}", path.display(), said.trim())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw)
            && let Err(error) = kill_process_group(group, Signal::KILL)
        {
            println!("the browser goes on running: {error}");
        }
        if let Err(error) = self.process.wait() {
            println!("the driver goes on running: {error}");
        }
    }
}

/// A driver that ends with a word the first times it is started, and listens after that.
fn driver_that_ends(times: u32) -> Result<(TempDir, PathBuf)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("driver");
    std::fs::write(
        &path,
        format!(
            "#!/bin/sh\necho start >> \"$0.starts\"\n\
             if [ $(wc -l < \"$0.starts\") -gt {times} ]; then echo '{LISTENS}4321.'; exec sleep 60; fi\n\
             echo 'IPv6 port not available' >&2; exit 1\n"
        ),
    )?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o755))?;
    Ok((folder, path))
}

#[test]
fn a_driver_whose_port_is_taken_is_started_again() -> Result<()> {
    let (_folder, path) = driver_that_ends(1)?;
    assert_eq!(Driver::start(&path)?.url, "http://127.0.0.1:4321");
    Ok(())
}

#[test]
fn a_driver_that_never_listens_is_given_up_with_its_own_words() -> Result<()> {
    let (_folder, path) = driver_that_ends(ATTEMPTS)?;
    let error = Driver::start(&path).err().context("a driver that ended was taken for one that listens")?;
    assert!(error.to_string().ends_with("it said: IPv6 port not available"), "{error}");
    Ok(())
}
