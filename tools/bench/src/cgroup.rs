//! Holding a process to a share of a core, and counting what it uses, through control groups (version 1 or 2).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The period Lambda's scheduler grants shares in, in microseconds.
const PERIOD_US: u64 = 20_000;

/// What 128 MB of memory are worth in a period: 128 / 1,769 of a core, 7.2 %.
pub(crate) const QUOTA_128_MB_US: u64 = 1_447;

/// A control group of its own for one process.
pub(crate) struct Cgroup {
    cpu: PathBuf,
    accounting: PathBuf,
    unified: bool,
}

impl Cgroup {
    /// Makes one, or says why this machine does not allow it.
    pub(crate) fn create() -> Result<Self> {
        let root = Path::new("/sys/fs/cgroup");
        let name = format!("lambda-bench-{}", std::process::id());
        let unified = root.join("cgroup.controllers").exists();
        let (cpu, accounting) = if unified {
            (root.join(&name), root.join(&name))
        } else {
            (root.join("cpu").join(&name), root.join("cpuacct").join(&name))
        };
        for folder in [&cpu, &accounting] {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        let group = Self { cpu, accounting, unified };
        // Fails here, and not in the middle of a measurement, when limits are not delegated.
        group.limit(None)?;
        Ok(group)
    }

    /// The files a process writes its id to, to join.
    pub(crate) fn members(&self) -> Vec<PathBuf> {
        let mut files = vec![self.cpu.join("cgroup.procs"), self.accounting.join("cgroup.procs")];
        files.dedup();
        files
    }

    /// Holds the members to `quota_us` of processor time in each period of 20 ms; `None` sets them free.
    pub(crate) fn limit(&self, quota_us: Option<u64>) -> Result<()> {
        if self.unified {
            let quota = quota_us.map_or_else(|| "max".to_owned(), |quota| quota.to_string());
            write(&self.cpu.join("cpu.max"), &format!("{quota} {PERIOD_US}"))
        } else {
            write(&self.cpu.join("cpu.cfs_period_us"), &PERIOD_US.to_string())?;
            let quota = quota_us.map_or_else(|| "-1".to_owned(), |quota| quota.to_string());
            write(&self.cpu.join("cpu.cfs_quota_us"), &quota)
        }
    }

    /// Processor time of all members so far, in microseconds.
    pub(crate) fn used_us(&self) -> Result<u64> {
        if self.unified {
            let stat = fs::read_to_string(self.accounting.join("cpu.stat"))?;
            let usage = stat.lines().find_map(|line| line.strip_prefix("usage_usec "));
            usage.context("no usage_usec")?.parse().context("usage_usec")
        } else {
            let usage_ns: u64 = fs::read_to_string(self.accounting.join("cpuacct.usage"))?.trim().parse()?;
            Ok(usage_ns / 1_000)
        }
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for folder in [&self.cpu, &self.accounting] {
            if folder.exists()
                && let Err(error) = fs::remove_dir(folder)
            {
                eprintln!("{} stays behind: {error}", folder.display());
            }
        }
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}
