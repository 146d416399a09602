//! Panics as log lines.

use std::panic::PanicHookInfo;

/// The longest part of a panic message that is logged, in characters: enough to find the place, too little for a body
/// that an assertion happened to print.
const LONGEST_MESSAGE: usize = 200;

/// Replaces the standard hook, which writes several lines to standard error, by one error line.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(log));
}

/// Logs the panic within the span that is current, so that the line carries its correlation.
pub(crate) fn log(info: &PanicHookInfo<'_>) {
    let message: String =
        info.payload_as_str().unwrap_or("no message").chars().take(LONGEST_MESSAGE).collect();
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic.location = location, panic.message = message, "panicked");
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_panic_is_one_line_with_its_place_and_the_correlation_of_its_work() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let sink = Box::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()));
        let standard = std::panic::take_hook();
        install();
        let outcome = tracing::subscriber::with_default(crate::subscriber("svc", "info", sink), || {
            let correlation = "corr-1".parse().unwrap();
            let _span = crate::work_span(&correlation, None).entered();
            std::panic::catch_unwind(|| panic!("broke\n{}", "x".repeat(1000)))
        });
        std::panic::set_hook(standard);
        assert!(outcome.is_err());
        let lines = lines.lock().unwrap();
        assert_eq!(lines.len(), 1);
        let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(line["message"], "panicked");
        assert_eq!(line["correlation.id"], "corr-1");
        assert!(line["panic.location"].as_str().unwrap().contains("panics.rs:"));
        assert_eq!(line["panic.message"].as_str().unwrap().chars().count(), LONGEST_MESSAGE);
    }
}
