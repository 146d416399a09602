//! Where Terraform gets its providers from.
//!
//! Order: the user's own CLI configuration, untouched; else a filesystem mirror found on this machine; else
//! Terraform's default, which asks the registry. A mirror is a folder that holds `registry.terraform.io/`, packed or
//! unpacked: <https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation>

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The one provider, as pinned in `infra/**/versions.tf`.
const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";

/// How `terraform init` is to be called.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The user configured Terraform; we add nothing.
    UsersOwn(PathBuf),
    /// `-plugin-dir` with this mirror.
    Mirror(PathBuf),
    /// Terraform asks the registry.
    Registry,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UsersOwn(path) => write!(f, "providers by {}", path.display()),
            Self::Mirror(path) => write!(f, "providers from the mirror {}", path.display()),
            Self::Registry => write!(f, "providers from registry.terraform.io"),
        }
    }
}

/// Looks up an environment variable.
type Variables = Box<dyn Fn(&str) -> Option<OsString>>;

/// What discovery looks at; tests bring their own.
pub(crate) struct Machine {
    pub(crate) env: Variables,
    /// Prefix of every absolute path; `/` outside tests.
    pub(crate) fs_root: PathBuf,
}

impl Machine {
    /// This machine.
    pub(crate) fn this() -> Self {
        Self { env: Box::new(|name| std::env::var_os(name)), fs_root: PathBuf::from("/") }
    }

    fn variable(&self, name: &str) -> Option<PathBuf> {
        (self.env)(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }
}

/// Decides where the provider of this version comes from.
pub(crate) fn discover(machine: &Machine, version: &str) -> Source {
    let home = machine.variable("HOME");
    let configured = machine
        .variable("TF_CLI_CONFIG_FILE")
        .or_else(|| machine.variable("TERRAFORM_CONFIG"))
        .into_iter()
        .chain(home.iter().map(|home| home.join(".terraformrc")))
        .find(|file| file.is_file());
    if let Some(file) = configured {
        return Source::UsersOwn(file);
    }
    // A filled cache serves `init` without a network, but only when the mirror is not forced on it.
    if let Some(cache) = machine.variable("TF_PLUGIN_CACHE_DIR").filter(|cache| holds(cache, version)) {
        return Source::UsersOwn(cache);
    }
    candidates(machine, home.as_deref())
        .into_iter()
        .find(|folder| holds(folder, version))
        .map_or(Source::Registry, Source::Mirror)
}

/// Terraform's implied mirrors, then folders one and two levels below the usual prefixes.
fn candidates(machine: &Machine, home: Option<&Path>) -> Vec<PathBuf> {
    let absolute = |path: &str| machine.fs_root.join(path);
    let mut found = Vec::new();
    if let Some(home) = home {
        found.push(home.join(".terraform.d/plugins"));
        found.push(home.join(".local/share/terraform/plugins"));
        found.push(home.join("Library/Application Support/io.terraform/plugins"));
    }
    found.push(absolute("usr/local/share/terraform/plugins"));
    found.push(absolute("usr/share/terraform/plugins"));
    let prefixes = ["opt", "usr/local", "usr/local/share", "usr/share", "srv", "var/lib"];
    for prefix in prefixes.iter().map(|prefix| absolute(prefix)).chain(home.map(Path::to_owned)) {
        for child in folders(&prefix) {
            found.extend(folders(&child));
            found.push(child);
        }
    }
    found
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(parent)
        .map(|entries| entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// Whether the folder holds the provider of this version for this platform, unpacked or packed.
fn holds(mirror: &Path, version: &str) -> bool {
    let platform = platform();
    let provider = mirror.join(PROVIDER);
    provider.join(version).join(&platform).is_dir()
        || provider.join(format!("terraform-provider-aws_{version}_{platform}.zip")).is_file()
}

/// `linux_amd64`: the platform in Terraform's words.
fn platform() -> String {
    let os = if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{os}_{arch}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn machine(root: &Path, env: &[(&'static str, PathBuf)]) -> Machine {
        let mut env = env.to_vec();
        env.push(("HOME", root.join("home/dev")));
        fs::create_dir_all(root.join("home/dev")).unwrap();
        Machine {
            env: Box::new(move |name| {
                env.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone().into_os_string())
            }),
            fs_root: root.to_owned(),
        }
    }

    fn unpack(mirror: &Path, version: &str) {
        fs::create_dir_all(mirror.join(PROVIDER).join(version).join(platform())).unwrap();
    }

    #[test]
    fn a_configuration_of_the_user_wins_over_every_mirror() {
        let root = tempfile::tempdir().unwrap();
        unpack(&root.path().join("opt/mirror"), "5.100.0");
        let rc = root.path().join("my.tfrc");
        fs::write(&rc, "").unwrap();
        let machine = machine(root.path(), &[("TF_CLI_CONFIG_FILE", rc.clone())]);
        assert_eq!(discover(&machine, "5.100.0"), Source::UsersOwn(rc));
    }

    #[test]
    fn a_configuration_that_does_not_exist_counts_as_none() {
        let root = tempfile::tempdir().unwrap();
        unpack(&root.path().join("opt/mirror"), "5.100.0");
        let machine = machine(root.path(), &[("TF_CLI_CONFIG_FILE", root.path().join("gone"))]);
        assert_eq!(discover(&machine, "5.100.0"), Source::Mirror(root.path().join("opt/mirror")));
    }

    #[test]
    fn an_implied_mirror_is_found_before_a_foreign_folder() {
        let root = tempfile::tempdir().unwrap();
        unpack(&root.path().join("srv/mirror"), "5.100.0");
        let implied = root.path().join("home/dev/.terraform.d/plugins");
        unpack(&implied, "5.100.0");
        assert_eq!(discover(&machine(root.path(), &[]), "5.100.0"), Source::Mirror(implied));
    }

    #[test]
    fn a_mirror_of_another_version_or_platform_is_passed_over() {
        let root = tempfile::tempdir().unwrap();
        unpack(&root.path().join("opt/mirror"), "5.99.0");
        fs::create_dir_all(root.path().join("srv/mirror").join(PROVIDER).join("5.100.0/plan9_mips")).unwrap();
        assert_eq!(discover(&machine(root.path(), &[]), "5.100.0"), Source::Registry);
    }

    #[test]
    fn a_packed_mirror_two_levels_down_is_found() {
        let root = tempfile::tempdir().unwrap();
        let mirror = root.path().join("var/lib/terraform/mirror");
        fs::create_dir_all(mirror.join(PROVIDER)).unwrap();
        let zip = format!("terraform-provider-aws_5.100.0_{}.zip", platform());
        fs::write(mirror.join(PROVIDER).join(zip), "").unwrap();
        assert_eq!(discover(&machine(root.path(), &[]), "5.100.0"), Source::Mirror(mirror));
    }

    #[test]
    fn a_filled_plugin_cache_is_left_to_terraform() {
        let root = tempfile::tempdir().unwrap();
        let cache = root.path().join("cache");
        unpack(&cache, "5.100.0");
        unpack(&root.path().join("opt/mirror"), "5.100.0");
        let machine = machine(root.path(), &[("TF_PLUGIN_CACHE_DIR", cache.clone())]);
        assert_eq!(discover(&machine, "5.100.0"), Source::UsersOwn(cache));
    }
}
