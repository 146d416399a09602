//! A browser for the test of the simulators' page: found, or installed where that asks nobody.

use crate::process;
use crate::progress::{Note, Outcome};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names that the driver looks for.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVER: &str = "chromedriver";
/// Debian's packages.
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Where the driver is; without one the browser test is left out, and the outcome says what to install.
pub(crate) fn ensure(root: &Path, note: &Note) -> (Option<PathBuf>, Outcome) {
    let path = env::var_os("PATH").unwrap_or_default();
    if let Some(driver) = ready(&path) {
        let text = driver.display().to_string();
        return (Some(driver), Outcome::Unchanged(text));
    }
    let problem = match install(&path, root, note) {
        Ok(()) => match ready(&path) {
            Some(driver) => {
                return (Some(driver), Outcome::Done(format!("{} installed", PACKAGES.join(", "))));
            }
            None => "apt-get installed no browser".to_owned(),
        },
        Err(problem) => problem,
    };
    let text = format!(
        "the browser test is left out: {problem}. It needs chromedriver and chromium or google-chrome on the PATH \
         (Debian: `apt install {}`)",
        PACKAGES.join(" ")
    );
    (None, Outcome::Unchanged(text))
}

/// The driver, if there is a browser for it to drive.
fn ready(path: &OsStr) -> Option<PathBuf> {
    BROWSERS.iter().find_map(|browser| program(browser, path))?;
    program(DRIVER, path)
}

/// The first program of this name on the path.
fn program(name: &str, path: &OsStr) -> Option<PathBuf> {
    let runs = |file: &PathBuf| {
        fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    };
    env::split_paths(path).map(|folder| folder.join(name)).find(runs)
}

fn install(path: &OsStr, root: &Path, note: &Note) -> Result<(), String> {
    if program("apt-get", path).is_none() {
        return Err("there is none, and no apt-get to install one".to_owned());
    }
    if !rustix::process::geteuid().is_root() {
        return Err("there is none, and installing one takes root".to_owned());
    }
    note.say(&format!("installing {} by apt-get", PACKAGES.join(", ")));
    apt_get(&["update"], root, note)?;
    apt_get(&[&["install", "-y", "--no-install-recommends"][..], &PACKAGES].concat(), root, note)
}

fn apt_get(arguments: &[&str], root: &Path, note: &Note) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    command.args(["-o", "DPkg::Lock::Timeout=120"]).args(arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    let (success, output) = process::listen(&mut command, root, |line| note.say(line))
        .map_err(|error| format!("apt-get cannot run: {error:#}"))?;
    if success {
        return Ok(());
    }
    let last = output.trim_end().lines().last().unwrap_or("nothing");
    Err(format!("apt-get {} failed and said: {last}", arguments[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_counts_only_beside_a_browser_and_only_if_it_runs() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, mode: u32| {
            let file = folder.path().join(name);
            fs::write(&file, "").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            file
        };
        let path = env::join_paths(["/nowhere".as_ref(), folder.path()]).unwrap();
        let driver = put(DRIVER, 0o755);
        assert_eq!(ready(&path), None, "no browser");
        put("google-chrome", 0o755);
        assert_eq!(ready(&path), Some(driver));
        put(DRIVER, 0o644);
        assert_eq!(ready(&path), None, "it cannot be run");
    }
}
