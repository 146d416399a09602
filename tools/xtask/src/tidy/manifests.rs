//! Manifests: everything is declared once and inherited, and dependencies point one way.

use super::Finding;
use super::tree::{File, Tree};
use toml::{Table, Value};

const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
/// Crates that must not get into any binary, each with why.
const BANNED: [(&str, &str); 6] = [
    ("aws-lc-rs", "its first handshake spends some 420 M instructions; use rustls with ring"),
    ("aws-lc-sys", "see aws-lc-rs"),
    ("aws-config", "looks for profiles and metadata services at start; use `cloud::AwsConfig`"),
    ("openssl", "use rustls with ring"),
    ("openssl-sys", "use rustls with ring"),
    ("native-tls", "use rustls with ring"),
];
/// What any crate may use in its tests: the kit, and the stand-ins of outside services.
const FOR_TESTS: [&str; 2] = ["testkit", "simulators"];

/// Only `shared/lambda-entry` knows how Lambda calls us; tools may measure the bare runtime.
const LAMBDA: [&str; 3] = ["lambda_runtime", "lambda_http", "aws_lambda_events"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let packages: Vec<Package<'_>> = tree.below("", "Cargo.toml").filter_map(Package::parse).collect();
    for package in &packages {
        package.inherits(&mut findings);
        package.points_one_way(&packages, &mut findings);
    }
    if let Some(root) = tree.get("Cargo.toml") {
        all_are_members(root, &packages, &mut findings);
    }
    if let Some(lock) = tree.get("Cargo.lock") {
        for (name, why) in BANNED {
            let entry = format!("name = \"{name}\"");
            if lock.lines().any(|(_, line)| line == entry) {
                let fix = format!("{why}; find who brings it: `cargo tree -i {name}`");
                findings.push(Finding::new(&lock.path, lock.line_of(&entry), "a banned crate", fix));
            }
        }
    }
    findings
}

struct Package<'a> {
    file: &'a File,
    name: String,
    manifest: Table,
}

impl<'a> Package<'a> {
    fn parse(file: &'a File) -> Option<Self> {
        let manifest: Table = file.text.parse().ok()?;
        let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
        Some(Self { file, name, manifest })
    }

    fn folder(&self) -> &str {
        self.file.path.trim_end_matches("/Cargo.toml")
    }

    /// Every dependency: table, name, value.
    fn dependencies(&self) -> impl Iterator<Item = (&'static str, &str, &Value)> {
        DEPENDENCIES.into_iter().flat_map(|kind| {
            let table = self.manifest.get(kind).and_then(Value::as_table);
            table.into_iter().flatten().map(move |(name, value)| (kind, name.as_str(), value))
        })
    }

    fn inherits(&self, findings: &mut Vec<Finding>) {
        let from_workspace = |value: Option<&Value>| {
            value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
        };
        let path = &self.file.path;
        for key in INHERITED {
            if !from_workspace(self.manifest.get("package").and_then(|package| package.get(key))) {
                let fix = format!("write `{key}.workspace = true`");
                findings.push(Finding::new(
                    path,
                    self.file.line_of("[package]"),
                    "package keys are inherited",
                    fix,
                ));
            }
        }
        if !from_workspace(self.manifest.get("lints")) {
            findings.push(Finding::new(
                path,
                1,
                "lints are inherited",
                "add `[lints]` with `workspace = true`",
            ));
        }
        for (_, name, value) in self.dependencies() {
            if !from_workspace(Some(value)) {
                let fix =
                    format!("put {name} into [workspace.dependencies], and `{name}.workspace = true` here");
                findings.push(Finding::new(path, self.file.line_of(name), "dependencies are inherited", fix));
            }
        }
    }

    fn points_one_way(&self, packages: &[Package<'_>], findings: &mut Vec<Finding>) {
        let from = Place::of(self.folder());
        for (kind, name, _) in self.dependencies() {
            let line = self.file.line_of(name);
            if LAMBDA.contains(&name)
                && !matches!(from, Place::Tool)
                && self.folder() != "shared/lambda-entry"
            {
                let fix = "go through `lambda_entry::App`; only shared/lambda-entry knows the Lambda runtime";
                findings.push(Finding::new(
                    &self.file.path,
                    line,
                    "lambda_* crates are used in one place",
                    fix,
                ));
            }
            let Some(to) = packages.iter().find(|package| package.name == name) else { continue };
            let testing = kind == "dev-dependencies" && FOR_TESTS.contains(&name);
            if !testing && !from.may_use(&Place::of(to.folder()), name) {
                let fix = format!("{} must not use {name}: {}", self.name, from.law());
                findings.push(Finding::new(&self.file.path, line, "dependencies point one way", fix));
            }
        }
    }
}

/// Where a crate stands.
#[derive(PartialEq, Eq)]
enum Place<'a> {
    Domain(&'a str),
    Function(&'a str),
    Shared,
    Tool,
}

impl<'a> Place<'a> {
    fn of(folder: &'a str) -> Self {
        let mut parts = folder.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("functions"), Some(context), Some("domain")) => Self::Domain(context),
            (Some("functions"), Some(context), None) => Self::Function(context),
            (Some("shared"), _, _) => Self::Shared,
            _ => Self::Tool,
        }
    }

    fn may_use(&self, other: &Place<'_>, name: &str) -> bool {
        match (self, other) {
            (Self::Tool, _) | (Self::Shared | Self::Function(_), Place::Shared) => true,
            (Self::Domain(_), Place::Shared) => name == "kernel",
            (Self::Function(own), Place::Domain(context)) => own == context,
            _ => false,
        }
    }

    fn law(&self) -> &'static str {
        match self {
            Self::Domain(_) => "a domain uses kernel only",
            Self::Function(_) => {
                "a function uses its own domain and shared/; other contexts by facts or their API"
            }
            Self::Shared => "shared/ uses shared/ only",
            Self::Tool => "tools may use anything",
        }
    }
}

fn all_are_members(root: &File, packages: &[Package<'_>], findings: &mut Vec<Finding>) {
    let manifest: Table = root.text.parse().unwrap_or_default();
    let members = manifest.get("workspace").and_then(|workspace| workspace.get("members"));
    let members: Vec<&str> =
        members.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for package in packages {
        if !members.contains(&package.folder()) {
            let fix = format!("add \"{}\" to `members` in the root manifest", package.folder());
            findings.push(Finding::new(&package.file.path, 1, "every crate is a member", fix));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "version.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
        license.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n";

    fn package(name: &str, rest: &str) -> String {
        format!("[package]\nname = \"{name}\"\n{HEAD}{rest}")
    }

    fn rules(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::of(files)).iter().map(|finding| format!("{}: {}", finding.path, finding.rule)).collect()
    }

    #[test]
    fn an_inheriting_manifest_passes() {
        let manifest =
            package("kernel", "[dependencies]\nserde.workspace = true\nuuid = { workspace = true }\n");
        assert!(rules(&[("shared/kernel/Cargo.toml", &manifest)]).is_empty());
    }

    #[test]
    fn own_versions_and_missing_lints_are_found() {
        let manifest =
            package("kernel", "[dependencies]\nserde = \"1\"\n").replace("[lints]\nworkspace = true\n", "");
        let found = rules(&[("shared/kernel/Cargo.toml", &manifest)]);
        assert!(found.contains(&"shared/kernel/Cargo.toml: lints are inherited".to_owned()));
        assert!(found.contains(&"shared/kernel/Cargo.toml: dependencies are inherited".to_owned()));
    }

    #[test]
    fn a_context_that_links_another_is_found() {
        let deal = package("deal", "[dependencies]\ninventory-domain.workspace = true\n");
        let domain = package("inventory-domain", "[dependencies]\nevent-store.workspace = true\n");
        let store = package("event-store", "[dev-dependencies]\ndeal.workspace = true\n");
        let found = rules(&[
            ("functions/deal/Cargo.toml", &deal),
            ("functions/inventory/domain/Cargo.toml", &domain),
            ("shared/event-store/Cargo.toml", &store),
        ]);
        assert_eq!(
            found,
            [
                "functions/deal/Cargo.toml: dependencies point one way",
                "functions/inventory/domain/Cargo.toml: dependencies point one way",
                "shared/event-store/Cargo.toml: dependencies point one way",
            ]
        );
    }

    #[test]
    fn the_lambda_runtime_stays_behind_its_one_door() {
        let deal = package("deal", "[dependencies]\nlambda_http.workspace = true\n");
        let entry = package("lambda-entry", "[dependencies]\nlambda_http.workspace = true\n");
        let found =
            rules(&[("functions/deal/Cargo.toml", &deal), ("shared/lambda-entry/Cargo.toml", &entry)]);
        assert_eq!(found, ["functions/deal/Cargo.toml: lambda_* crates are used in one place"]);
    }

    #[test]
    fn banned_crates_are_found_in_the_lock_file() {
        let found = rules(&[(
            "Cargo.lock",
            "[[package]]\nname = \"aws-config\"\n\n[[package]]\nname = \"aws-lc\"\n",
        )]);
        assert_eq!(found, ["Cargo.lock: a banned crate"]);
    }

    #[test]
    fn a_crate_outside_the_workspace_is_found() {
        let root = "[workspace]\nmembers = [\"shared/kernel\"]\n";
        let found = rules(&[("Cargo.toml", root), ("tools/stray/Cargo.toml", &package("stray", ""))]);
        assert_eq!(found, ["tools/stray/Cargo.toml: every crate is a member"]);
    }
}
