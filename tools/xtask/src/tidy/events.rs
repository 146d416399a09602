//! Events: what a context consumes is in the catalogue, and every payload is JSON.

use super::Finding;
use super::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.below("events/", ".json") {
        if let Err(error) = serde_json::from_str::<serde_json::Value>(&file.text) {
            findings.push(Finding::new(&file.path, error.line(), "payloads are JSON", error.to_string()));
        }
    }
    for schema in tree.below("events/contracts/", ".schema.json") {
        let example = schema.path.replace(".schema.json", ".example.json");
        if tree.get(&example).is_none() {
            let fix = format!("run `cargo xtask generate`; it writes {example}");
            findings.push(Finding::new(&schema.path, 1, "every schema has an example", fix));
        }
    }
    for file in tree.below("infra/contexts/", ".tf") {
        for (number, line) in file.lines() {
            let code = line.split('#').next().unwrap_or_default();
            for (context, fact) in facts(code) {
                let known = format!("events/contracts/{context}/{fact}.v");
                if tree.below(&known, ".schema.json").next().is_none() {
                    let fix =
                        format!("publish `{context}.{fact}` from its domain, then `cargo xtask generate`");
                    findings.push(Finding::new(
                        &file.path,
                        number,
                        "consumed facts are in the catalogue",
                        fix,
                    ));
                }
            }
        }
    }
    findings
}

/// Fact types in a line: text like "inventory.stock-reserved" whose first word is a context.
fn facts(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('"').skip(1).step_by(2).filter_map(|text| {
        let (context, fact) = text.split_once('.')?;
        let is_fact = fact.contains('-') || !fact.contains('.');
        let is_word =
            |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        (crate::workspace::FUNCTIONS.contains(&context) && is_fact && is_word(fact))
            .then_some((context, fact))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::of(files)).iter().map(|f| format!("{}:{} {}", f.path, f.line, f.rule)).collect()
    }

    #[test]
    fn a_consumed_fact_without_a_schema_is_found() {
        let terraform = "consumes = [\n  \"deal.requested\", # \"deal.later\"\n  \"deal.confirmed\",\n]\nname = \"main.tf\"\n";
        let files = [
            ("infra/contexts/inventory/facts.tf", terraform),
            ("events/contracts/deal/requested.v1.schema.json", "{}"),
            ("events/contracts/deal/requested.v1.example.json", "{}"),
        ];
        assert_eq!(
            found(&files),
            ["infra/contexts/inventory/facts.tf:3 consumed facts are in the catalogue"]
        );
    }

    #[test]
    fn broken_payloads_and_missing_examples_are_found() {
        let files = [
            ("events/invoke/deal/a.json", "{\n,}"),
            ("events/contracts/deal/requested.v1.schema.json", "{}"),
        ];
        assert_eq!(
            found(&files),
            [
                "events/invoke/deal/a.json:2 payloads are JSON",
                "events/contracts/deal/requested.v1.schema.json:1 every schema has an example",
            ]
        );
    }
}
