use std::path::Path;

use serde_json::Value;

/// Set to anything, it has files written instead of compared.
const UPDATE: &str = "UPDATE_GENERATED";

/// Compares JSON that is generated from the code (a schema, an OpenAPI document, an example) with the file checked in at
/// `path`, counted from the root of the workspace. With `UPDATE_GENERATED=1` in the environment the file is written instead.
///
/// # Panics
/// When the file is missing or says something else, with the command that mends it.
#[track_caller]
pub fn assert_generated(path: &str, generated: &Value) {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path);
    if std::env::var_os(UPDATE).is_some() {
        if let Err(error) = write(&file, generated) {
            panic!("{path} cannot be written: {error}");
        }
        return;
    }
    let checked_in = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    if checked_in.as_ref() != Some(generated) {
        panic!("{path} is not what the code says; look at the difference after {UPDATE}=1 cargo test");
    }
}

fn write(file: &Path, generated: &Value) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, format!("{generated:#}\n"))
}
