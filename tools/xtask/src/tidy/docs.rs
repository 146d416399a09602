//! Documents: they exist, are short where people start, and their links lead somewhere.

use super::Finding;
use super::tree::{File, Tree};

/// Longest README of the repository.
const LONGEST_README: usize = 150;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    every_function_has_a_readme(tree, &mut findings);
    if let Some(readme) = tree.get("README.md") {
        let lines = readme.text.lines().count();
        if lines >= LONGEST_README {
            let fix = "move detail to ARCHITECTURE.md or docs/";
            findings.push(Finding::new("README.md", lines, "README.md stays below 150 lines", fix));
        }
    }
    decisions_are_numbered(tree, &mut findings);
    for file in tree.below("", ".md") {
        links_lead_somewhere(tree, file, &mut findings);
    }
    findings
}

fn every_function_has_a_readme(tree: &Tree, findings: &mut Vec<Finding>) {
    for manifest in tree.below("functions/", "/Cargo.toml") {
        let folder = manifest.path.trim_end_matches("/Cargo.toml");
        let readme = format!("{folder}/README.md");
        if folder.matches('/').count() == 1 && tree.get(&readme).is_none() {
            let fix = "write it: purpose, commands, queries, facts in and out, tables, alarms";
            findings.push(Finding::new(&readme, 1, "every function has a README", fix));
        }
    }
}

/// `docs/adr/0001-title.md`, numbered without gaps.
fn decisions_are_numbered(tree: &Tree, findings: &mut Vec<Finding>) {
    let decisions = tree.below("docs/adr/", ".md").filter(|file| !file.path.ends_with("/README.md"));
    for (index, file) in decisions.enumerate() {
        let expected = format!("{:04}-", index + 1);
        let name = file.path.trim_start_matches("docs/adr/");
        if !name.starts_with(&expected) {
            let fix = format!("name it {expected}<title>.md");
            findings.push(Finding::new(&file.path, 1, "decisions are numbered without gaps", fix));
        }
    }
}

fn links_lead_somewhere(tree: &Tree, file: &File, findings: &mut Vec<Finding>) {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut in_code = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for target in link_targets(line) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if path.is_empty() { Some(file.path.clone()) } else { resolve(folder, path) };
            let page = path.as_deref().and_then(|path| tree.get(path));
            let dead = match page {
                Some(page) if page.path.ends_with(".md") && !anchor.is_empty() => !has_heading(page, anchor),
                Some(_) => false,
                None => !path.is_some_and(|path| tree.exists(&path)),
            };
            if dead {
                let fix = format!("`{target}` leads nowhere; correct or remove the link");
                findings.push(Finding::new(&file.path, number, "links lead somewhere", fix));
            }
        }
    }
}

/// Whether a page has the heading that GitHub gives this anchor.
fn has_heading(page: &File, anchor: &str) -> bool {
    page.text.lines().filter(|line| line.starts_with('#')).any(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        let slug: String = title.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
        slug == anchor
    })
}

/// Targets of `[text](target)` in a line, outside of `code`.
fn link_targets(line: &str) -> Vec<&str> {
    line.match_indices("](")
        .filter(|(at, _)| line[..*at].matches('`').count().is_multiple_of(2))
        .filter_map(|(at, open)| line[at + open.len()..].split(')').next())
        .filter_map(|target| target.split_whitespace().next())
        .collect()
}

/// A path from the root, or none if it leaves the repository.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let text = |finding: &Finding| format!("{}:{} {}", finding.path, finding.line, finding.rule);
        check(&Tree::of(files)).iter().map(text).collect()
    }

    #[test]
    fn dead_links_are_found_and_living_ones_are_not() {
        let text = "[a](../README.md#first-run) [b](gone.md) [c](https://x.org) `[e](f.md)`\n```\n[g](h)\n```\n[up](..)\n";
        let readme = ("README.md", "## First run!\n[here](#first-run)\n");
        assert_eq!(found(&[readme, ("docs/a.md", text)]), ["docs/a.md:1 links lead somewhere"]);
    }

    #[test]
    fn an_anchor_without_its_heading_is_dead() {
        let files = [("README.md", "[x](#gone) [y](a.md#gone)"), ("a.md", "# here\n")];
        assert_eq!(found(&files), ["README.md:1 links lead somewhere", "README.md:1 links lead somewhere"]);
    }

    #[test]
    fn a_link_out_of_the_repository_is_dead() {
        assert_eq!(found(&[("README.md", "[x](../other/README.md)")]), ["README.md:1 links lead somewhere"]);
    }

    #[test]
    fn decisions_count_from_one_without_gaps() {
        let files = [("docs/adr/0001-a.md", ""), ("docs/adr/0003-c.md", ""), ("docs/adr/README.md", "")];
        assert_eq!(found(&files), ["docs/adr/0003-c.md:1 decisions are numbered without gaps"]);
    }

    #[test]
    fn a_function_without_a_readme_is_found() {
        let files = [("functions/deal/Cargo.toml", ""), ("functions/deal/domain/Cargo.toml", "")];
        assert_eq!(found(&files), ["functions/deal/README.md:1 every function has a README"]);
    }

    #[test]
    fn a_long_readme_is_found() {
        assert_eq!(
            found(&[("README.md", &"\n".repeat(150))]),
            ["README.md:150 README.md stays below 150 lines"]
        );
    }
}
