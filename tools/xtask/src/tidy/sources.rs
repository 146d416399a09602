//! Sources: small files, no business in `shared/`, no machine's paths, no silenced tests.

use super::Finding;
use super::tree::{File, Tree};

/// A file longer than this holds a second idea.
const LONGEST: usize = 420;
/// Files that may be longer, each with why.
const LONGER: [(&str, &str); 0] = [];
/// Words of the trade; `shared/` serves any trade.
const BUSINESS: [&str; 9] =
    ["deal", "lot", "stock", "product", "customer", "invoice", "warehouse", "supplier", "reservation"];
/// Beginnings of absolute paths that exist on one machine only.
const MACHINE: [&str; 5] = ["/work/", "/root/", "/opt/", "/home/", "/Users/"];
/// This rule names what it looks for.
const SELF: &str = "tools/xtask/src/tidy/sources.rs";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().filter(|file| file.path != "Cargo.lock" && file.path != SELF) {
        machine_paths(file, &mut findings);
    }
    for file in tree.below("", ".rs").filter(|file| file.path != SELF) {
        length(file, &mut findings);
        silenced_tests(file, &mut findings);
    }
    for file in tree.below("shared/", ".rs").filter(|file| file.path.contains("/src/")) {
        business_words(file, &mut findings);
    }
    findings
}

fn length(file: &File, findings: &mut Vec<Finding>) {
    let lines = file.text.lines().count();
    if lines > LONGEST && !LONGER.iter().any(|(path, _)| *path == file.path) {
        let fix = "look for the second idea in it and give that a file";
        findings.push(Finding::new(&file.path, lines, "files stay below 420 lines", fix));
    }
}

fn machine_paths(file: &File, findings: &mut Vec<Finding>) {
    for (number, line) in file.lines() {
        // A path begins where no other part of one stands before it: `infra/opt/` is fine.
        let found = MACHINE.iter().find(|path| {
            line.match_indices(**path).any(|(at, _)| {
                !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-/}*~$".contains(before))
            })
        });
        if let Some(path) = found {
            let fix =
                format!("take it from the environment or make it relative: {path}… exists on one machine");
            findings.push(Finding::new(&file.path, number, "no machine's paths", fix));
        }
    }
}

fn silenced_tests(file: &File, findings: &mut Vec<Finding>) {
    for (number, line) in file.lines() {
        let line = line.trim_start();
        if line.starts_with("#[ignore") || line.starts_with("#[test] #[ignore") {
            findings.push(Finding::new(
                &file.path,
                number,
                "no ignored tests",
                "repair the test or remove it",
            ));
        }
    }
}

/// Code only: comments and the tests below it may take an example from the trade.
fn business_words(file: &File, findings: &mut Vec<Finding>) {
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            return;
        }
        let code = line.split("//").next().unwrap_or_default();
        if let Some(word) = words(code).into_iter().find(|word| BUSINESS.contains(&singular(word))) {
            let fix = format!("`{word}` belongs to a context: pass it in, or move the code to functions/");
            findings.push(Finding::new(&file.path, number, "no business words in shared/", fix));
        }
    }
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// Lower-case words of identifiers and text: `DealId`, `deal_id` and `"deal-id"` all hold `deal`.
fn words(code: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for letter in code.chars() {
        if !letter.is_alphabetic() || (letter.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        if letter.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        before_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        check(&Tree::of(&[(path, text)])).iter().map(|finding| (finding.line, finding.rule)).collect()
    }

    #[test]
    fn business_words_are_found_inside_identifiers_and_text() {
        let rule = "no business words in shared/";
        for code in ["struct DealId;", "fn stock_level() {}", "let t = \"open-lots\";", "enum Product {}"] {
            assert_eq!(rules("shared/kernel/src/a.rs", code), [(1, rule)], "{code}");
        }
    }

    #[test]
    fn comments_tests_and_other_folders_may_speak_of_business() {
        for (path, text) in [
            ("shared/kernel/src/a.rs", "/// `deal_…` for a deal\nlet slot = ballot; // a deal\n"),
            ("shared/kernel/src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests { typed_id!(DealId); }\n"),
            ("functions/deal/src/a.rs", "struct DealId;"),
        ] {
            assert!(rules(path, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn machine_paths_are_found_and_relative_ones_are_not() {
        assert_eq!(rules("a.md", "see /root/x\nand infra/opt/ and ./home/x\n"), [(1, "no machine's paths")]);
        assert_eq!(rules("a.tf", "path = \"/home/dev/x\""), [(1, "no machine's paths")]);
    }

    #[test]
    fn long_files_and_ignored_tests_are_found() {
        assert_eq!(rules("a.rs", &"\n".repeat(421)), [(421, "files stay below 420 lines")]);
        assert_eq!(rules("a.rs", "#[test]\n#[ignore = \"slow\"]\nfn t() {}\n"), [(2, "no ignored tests")]);
    }
}
