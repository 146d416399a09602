//! Other programs: cargo, and commands that are listened to.

use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs in a folder to the end; gives success and everything printed, both streams in the order they came.
pub(crate) fn listen(
    command: &mut Command,
    folder: &Path,
    mut each: impl FnMut(&str),
) -> Result<(bool, String)> {
    let (reader, writer) = std::io::pipe()?;
    let mut child = command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("cannot run {:?}", command.get_program()))?;
    // The command holds both ends for writing; without them closed here the reader would never see the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut output = String::new();
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        each(&line);
        output.push_str(&line);
        output.push('\n');
    }
    Ok((child.wait()?.success(), output))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_of_a_failing_command_are_kept() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let mut lines = 0;
        let (success, output) = listen(&mut command, Path::new("."), |_| lines += 1).unwrap();
        assert!(!success);
        assert_eq!(output, "out\nerr\n");
        assert_eq!(lines, 2);
    }
}
