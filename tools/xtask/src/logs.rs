//! `logs`: what the functions and the emulator say, one readable line per record.

use crate::cloud::short_name;
use crate::workspace::{FUNCTIONS, Instance};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

/// Fields that a record of the functions carries in every line and that the line already shows.
const SHOWN: [&str; 6] = ["timestamp", "time", "level", "message", "service", "target"];

#[derive(Args)]
pub(crate) struct Options {
    /// auth, customer, deal, inventory, notification, sync or gateway; `cloud` for the emulator, `edge`, `simulators`. Default: all functions
    source: Option<String>,
    /// Go on as new lines come
    #[arg(short, long)]
    follow: bool,
    /// Only lines that contain this text, such as a correlation id
    #[arg(short, long)]
    grep: Option<String>,
    /// Show at most this many old lines
    #[arg(short = 'n', long, default_value_t = 100)]
    lines: usize,
}

/// Prints the end of the log and, with `--follow`, what comes.
pub(crate) fn run(instance: &Instance, options: &Options) -> Result<()> {
    let (path, function) = match options.source.as_deref() {
        Some(daemon @ ("cloud" | "edge" | "simulators")) => {
            (instance.path(&format!("log/{daemon}.log")), None)
        }
        Some(name) if !FUNCTIONS.contains(&name) => {
            bail!("no log of {name}; there are {}, cloud, edge, simulators", FUNCTIONS.join(", "))
        }
        function => (instance.path("log/functions.jsonl"), function),
    };
    let mut tail = Tail::open(path)?;
    let show = |line: &str| {
        let wanted = options.grep.as_ref().is_none_or(|text| line.contains(text.as_str()));
        if wanted { render(line, function) } else { None }
    };
    let old: Vec<String> = tail.read()?.iter().filter_map(|line| show(line)).collect();
    for line in &old[old.len().saturating_sub(options.lines)..] {
        println!("{line}");
    }
    if !options.follow {
        return Ok(());
    }
    loop {
        std::thread::sleep(Duration::from_millis(200));
        for line in tail.read()?.iter().filter_map(|line| show(line)) {
            println!("{line}");
        }
    }
}

/// Reads whole lines as they come.
struct Tail {
    file: File,
    rest: String,
}

impl Tail {
    fn open(path: PathBuf) -> Result<Self> {
        let file = File::open(&path).context("nothing was logged yet: `cargo xtask up`")?;
        Ok(Self { file, rest: String::new() })
    }

    fn read(&mut self) -> Result<Vec<String>> {
        if self.file.metadata()?.len() < self.file.stream_position()? {
            self.file.seek(SeekFrom::Start(0))?;
        }
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        self.rest.push_str(&String::from_utf8_lossy(&bytes));
        let end = self.rest.rfind('\n').map_or(0, |end| end + 1);
        let rest = self.rest.split_off(end);
        let lines = self.rest.lines().map(str::to_owned).collect();
        self.rest = rest;
        Ok(lines)
    }
}

/// A line as the launcher keeps it: tools/local-cloud/patches/runtime.py.
#[derive(Deserialize)]
struct Kept {
    at: f64,
    function: String,
    line: String,
}

/// The readable form, or none when the line is of another function. A line that is no record stays as it is.
fn render(line: &str, function: Option<&str>) -> Option<String> {
    let Ok(kept) = serde_json::from_str::<Kept>(line) else { return Some(line.to_owned()) };
    let name = short_name(&kept.function);
    if function.is_some_and(|wanted| wanted != name) {
        return None;
    }
    let text = match serde_json::from_str::<Map<String, Value>>(&kept.line) {
        Ok(record) => readable(&record),
        Err(_) => kept.line,
    };
    Some(format!("{} {name:<9} {text}", clock(kept.at)))
}

fn readable(record: &Map<String, Value>) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let field = |name: &str| record.get(name).map(plain).unwrap_or_default();
    if record.contains_key("_aws") {
        return format!("METRIC {}", Value::Object(record.clone()));
    }
    let mut text = format!("{:<5} {}", field("level").to_uppercase(), field("message"));
    for (name, value) in record.iter().filter(|(name, _)| !SHOWN.contains(&name.as_str())) {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "  {name}={}", plain(value));
    }
    text
}

/// Time of day, UTC.
fn clock(at: f64) -> String {
    let ms = Duration::try_from_secs_f64(at).unwrap_or_default().as_millis();
    let (s, ms) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}.{ms:03}", s / 3600 % 24, s / 60 % 60, s % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"at": 1795380310.25, "function": "polymer-local-deal", "request": "r", "line": "{\"level\":\"info\",\"message\":\"deal registered\",\"deal.id\":\"deal_1\"}"}"#;

    #[test]
    fn a_record_becomes_one_readable_line() {
        assert_eq!(
            render(LINE, None).unwrap(),
            "20:45:10.250 deal      INFO  deal registered  deal.id=deal_1"
        );
    }

    #[test]
    fn lines_of_other_functions_are_left_out() {
        assert!(render(LINE, Some("auth")).is_none());
        assert!(render(LINE, Some("deal")).is_some());
    }

    #[test]
    fn a_line_is_shown_once_it_is_complete() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        std::fs::write(&path, "one\ntw").unwrap();
        let mut tail = Tail::open(path.clone()).unwrap();
        assert_eq!(tail.read().unwrap(), ["one"]);
        std::fs::write(&path, "one\ntwo\n").unwrap();
        assert_eq!(tail.read().unwrap(), ["two"]);
    }
}
