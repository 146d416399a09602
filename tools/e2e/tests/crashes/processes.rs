//! The functions as processes of this machine.

/// The processes that the emulator runs functions as: those that have a runtime API to talk to, and in whose environment all of
/// these stand, such as the folder of an instance.
pub(crate) fn function_processes(marks: &[&str]) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let is_function = |pid: &String| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let has = |needle: &str| environment.windows(needle.len()).any(|window| window == needle.as_bytes());
        has("AWS_LAMBDA_RUNTIME_API=") && marks.iter().all(|mark| has(mark))
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
        .filter(is_function)
        .collect()
}
