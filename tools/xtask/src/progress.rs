//! Steps with elapsed time: a spinner on a terminal, plain lines elsewhere.

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// How a step ended; its text stands behind the step's name.
pub(crate) enum Outcome {
    /// Something was done.
    Done(String),
    /// Nothing was to be done.
    Unchanged(String),
}

/// `Ok(Outcome::Done(..))`
pub(crate) fn done(text: impl Into<String>) -> Result<Outcome> {
    Ok(Outcome::Done(text.into()))
}

/// `Ok(Outcome::Unchanged(..))`
pub(crate) fn unchanged(text: impl Into<String>) -> Result<Outcome> {
    Ok(Outcome::Unchanged(text.into()))
}

/// A sequence of steps with one clock.
pub(crate) struct Steps {
    started: Instant,
    terminal: bool,
}

impl Steps {
    /// Starts the clock.
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), terminal: std::io::stderr().is_terminal() }
    }

    /// Runs one step and prints a line about it.
    pub(crate) fn run(&self, name: &str, step: impl FnOnce(&Note) -> Result<Outcome>) -> Result<()> {
        let note = Note::new(name, self.terminal);
        let begun = Instant::now();
        let result = step(&note);
        note.bar.finish_and_clear();
        let took = seconds(begun.elapsed());
        match &result {
            Ok(Outcome::Done(text)) => eprintln!("  ✓ {name:<22} {took:>8}   {text}"),
            Ok(Outcome::Unchanged(text)) => eprintln!("  = {name:<22} {took:>8}   {text}"),
            Err(_) => eprintln!("  ✗ {name:<22} {took:>8}"),
        }
        result.map(|_| ())
    }

    /// Time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// What the running step is doing right now.
pub(crate) struct Note {
    bar: ProgressBar,
    name: String,
}

impl Note {
    fn new(name: &str, terminal: bool) -> Self {
        let bar = if terminal { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if terminal {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed:.dim}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        bar.set_message(format!("{name:<22}"));
        Self { bar, name: name.to_owned() }
    }

    /// Shows a detail beside the spinner.
    pub(crate) fn say(&self, text: &str) {
        let short: String = text.chars().take(70).collect();
        self.bar.set_message(format!("{:<22} {short}", self.name));
    }
}

/// `0.4 s`, `12.3 s`, `2 min 5 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    if duration.as_secs() < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {} s", duration.as_secs() / 60, duration.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(seconds(Duration::from_millis(449)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(723)), "12 min 3 s");
    }
}
