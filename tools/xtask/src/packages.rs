//! Function packages: built, stripped, zipped by content, so that what did not change keeps its name.

use crate::process;
use crate::progress::{Note, Outcome, done, unchanged};
use crate::venv;
use crate::workspace::{FUNCTIONS, Instance, Workspace, write, write_json};
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use zip::write::SimpleFileOptions;

/// Bucket of the packages; made by `up`, not by Terraform, because the functions need it filled.
pub(crate) const BUCKET: &str = "polymer-local-artifacts";

/// A package as Terraform wants to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Package {
    /// S3 key; named by content.
    pub(crate) key: String,
    /// base64 of the zip's SHA-256, as Lambda reports it.
    pub(crate) hash: String,
}

/// Packages by function.
pub(crate) type Packages = BTreeMap<String, Package>;

/// The binary a package was made of, recognised without reading it.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Origin {
    path: PathBuf,
    bytes: u64,
    modified_ns: u128,
}

#[derive(Serialize, Deserialize)]
struct Known {
    origin: Origin,
    package: Package,
}

/// Builds every function for this machine, where the emulator runs it as a plain process, and the simulated providers.
pub(crate) fn build(workspace: &Workspace, release: bool, note: &Note) -> Result<Outcome> {
    let mut command = process::cargo();
    command.args(["build", "--bins", "--package", "simulators"]).args(if release {
        &["--release"][..]
    } else {
        &[]
    });
    compile(workspace, &mut command, note)
}

/// Runs a cargo command on every function.
fn compile(workspace: &Workspace, command: &mut Command, note: &Note) -> Result<Outcome> {
    for function in FUNCTIONS {
        command.args(["--package", function]);
    }
    command.env("CARGO_TERM_COLOR", "never");
    let mut compiled = 0_u32;
    let (success, output) = process::listen(command, workspace.root(), |line| {
        compiled += u32::from(line.trim_start().starts_with("Compiling "));
        note.say(line.trim());
    })?;
    if !success {
        let lines: Vec<&str> = output.lines().collect();
        let first = lines.iter().position(|line| line.to_lowercase().starts_with("error"));
        let from = first.unwrap_or(lines.len().saturating_sub(30));
        bail!("the functions do not compile:\n\n{}", lines[from..].join("\n"));
    }
    match compiled {
        0 => unchanged("nothing to compile"),
        1 => done("1 crate"),
        crates => done(format!("{crates} crates")),
    }
}

/// Builds every function for Lambda's own machines: release profile, linked by cargo-lambda.
pub(crate) fn build_for_lambda(workspace: &Workspace, arch: Arch, note: &Note) -> Result<Outcome> {
    let mut command = Command::new(venv::cargo_lambda(&workspace.venv()));
    command.args(["lambda", "build", "--release", "--bins"]);
    match arch {
        Arch::Arm64 => command.arg("--arm64"),
        Arch::X86_64 => command.arg("--x86-64"),
    };
    if arch.is_host() {
        // Plain cargo serves, and cargo-lambda need not ask rustup for the target.
        command.args(["--compiler", "cargo", "--skip-target-check"]);
    }
    compile(workspace, &mut command, note)
}

/// A processor that Lambda offers.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Arch {
    /// Graviton; what `infra/live/{dev,prod}` run
    Arm64,
    /// Intel and AMD
    #[value(name = "x86_64")]
    X86_64,
}

impl Arch {
    fn is_host(self) -> bool {
        cfg!(target_os = "linux")
            && match self {
                Self::Arm64 => cfg!(target_arch = "aarch64"),
                Self::X86_64 => cfg!(target_arch = "x86_64"),
            }
    }
}

/// Packs every function built for this machine; an unchanged binary keeps its package.
pub(crate) fn pack(
    workspace: &Workspace,
    instance: &Instance,
    release: bool,
    note: &Note,
) -> Result<(Packages, Outcome)> {
    let binaries = workspace.target_dir().join(if release { "release" } else { "debug" });
    pack_all(&instance.path("packages"), |function| binaries.join(function), note)
}

/// Packs every function that [`build_for_lambda`] built.
pub(crate) fn pack_for_lambda(
    workspace: &Workspace,
    folder: &Path,
    note: &Note,
) -> Result<(Packages, Outcome)> {
    let binaries = workspace.target_dir().join("lambda");
    pack_all(folder, |function| binaries.join(function).join("bootstrap"), note)
}

fn pack_all(folder: &Path, binary: impl Fn(&str) -> PathBuf, note: &Note) -> Result<(Packages, Outcome)> {
    let mut packages = Packages::new();
    let mut changed = Vec::new();
    for function in FUNCTIONS {
        note.say(function);
        let (package, fresh) = pack_one(folder, function, &binary(function))?;
        if fresh {
            changed.push(function);
        }
        packages.insert(function.to_owned(), package);
    }
    let outcome = if changed.is_empty() {
        unchanged("no function changed")
    } else {
        done(format!("changed: {}", changed.join(", ")))
    };
    Ok((packages, outcome?))
}

/// True beside the package if it is new.
fn pack_one(folder: &Path, function: &str, binary: &Path) -> Result<(Package, bool)> {
    let origin = origin(binary)?;
    let record = folder.join(format!("{function}.json"));
    let known: Option<Known> = fs::read(&record).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(known) = &known
        && known.origin == origin
        && folder.join(&known.package.key).is_file()
    {
        return Ok((known.package.clone(), false));
    }
    let zip = zip_bootstrap(&stripped(folder, function, binary)?)?;
    let digest = Sha256::digest(&zip);
    let package = Package {
        key: format!("{function}/{}.zip", hex::encode(digest)),
        hash: base64::engine::general_purpose::STANDARD.encode(digest),
    };
    let fresh = known.as_ref().is_none_or(|known| known.package != package);
    if fresh && let Some(known) = known {
        // One old zip less on disk; S3 of the emulator keeps its own copy.
        let _gone = fs::remove_file(folder.join(&known.package.key));
    }
    write(&folder.join(&package.key), zip)?;
    write_json(&record, &Known { origin, package: package.clone() })?;
    Ok((package, fresh))
}

fn origin(binary: &Path) -> Result<Origin> {
    let meta = fs::metadata(binary).with_context(|| format!("{} was not built", binary.display()))?;
    let modified_ns = meta.modified()?.duration_since(std::time::UNIX_EPOCH)?.as_nanos();
    Ok(Origin { path: binary.to_owned(), bytes: meta.len(), modified_ns })
}

/// The binary without debug information: less than half the size, so that zipping and deploying take no time. Where
/// `strip` is missing, or does not know the processor, the binary is packed as it is.
fn stripped(folder: &Path, function: &str, binary: &Path) -> Result<Vec<u8>> {
    fs::create_dir_all(folder)?;
    let copy = folder.join(format!("{function}.stripped"));
    let stripped = Command::new("strip")
        .arg("-o")
        .args([&copy, &binary.to_owned()])
        .output()
        .is_ok_and(|out| out.status.success());
    let bytes = fs::read(if stripped { &copy } else { binary })?;
    if stripped {
        fs::remove_file(&copy)?;
    }
    Ok(bytes)
}

/// A zip with one executable `bootstrap`. The same bytes give the same zip: fixed time, fixed level.
fn zip_bootstrap(binary: &[u8]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(1))
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o755);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("bootstrap", options)?;
    zip.write_all(binary)?;
    Ok(zip.finish()?.into_inner())
}

/// One hash over names and contents of files, in the order of their names.
pub(crate) fn hash_of_files(files: impl IntoIterator<Item = PathBuf>) -> Result<String> {
    let mut files: Vec<PathBuf> = files.into_iter().collect();
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        hasher.update(bytes.len().to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hex::encode(hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_binary_gives_the_same_package() {
        assert_eq!(zip_bootstrap(b"code").unwrap(), zip_bootstrap(b"code").unwrap());
        assert_ne!(zip_bootstrap(b"code").unwrap(), zip_bootstrap(b"other").unwrap());
    }

    #[test]
    fn a_rebuilt_binary_of_the_same_bytes_is_no_change() {
        let dir = tempfile::tempdir().unwrap();
        let binary = dir.path().join("deal");
        fs::write(&binary, "one").unwrap();
        let (first, fresh) = pack_one(&dir.path().join("packages"), "deal", &binary).unwrap();
        assert!(fresh);
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
        fs::File::options().write(true).open(&binary).unwrap().set_modified(later).unwrap();
        let (second, fresh) = pack_one(&dir.path().join("packages"), "deal", &binary).unwrap();
        assert!(!fresh);
        assert_eq!(first, second);
        fs::write(&binary, "two").unwrap();
        let (third, fresh) = pack_one(&dir.path().join("packages"), "deal", &binary).unwrap();
        assert!(fresh);
        assert_ne!(first.key, third.key);
    }
}
