//! Everything odd about an old database, counted, with examples, and with what a migration makes of it.

mod catalogue;
mod deals;
mod lots;

use std::fmt::Display;

use serde::Serialize;

use crate::Books;

/// How many examples a finding shows.
const EXAMPLES: usize = 3;

/// One oddity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable name, for programs.
    pub code: &'static str,
    /// The value it is about, where one oddity has several forms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How many rows, names or pairs are odd in this way.
    pub count: usize,
    /// What is odd, in plain words.
    pub what: &'static str,
    /// What a migration makes of it.
    pub handling: &'static str,
    /// Some of them.
    pub examples: Vec<String>,
}

/// Every oddity that occurs, in a fixed order.
#[must_use]
pub fn of(books: &Books) -> Vec<Finding> {
    let mut findings = Vec::new();
    deals::find(books, &mut findings);
    lots::find(books, &mut findings);
    catalogue::find(books, &mut findings);
    findings.retain(|finding| finding.count > 0);
    findings
}

/// The count of a finding; zero when there is none of this name.
#[must_use]
pub fn count(findings: &[Finding], code: &str, of: Option<&str>) -> usize {
    findings.iter().filter(|f| f.code == code && f.of.as_deref() == of).map(|f| f.count).sum()
}

/// A finding from whatever is odd.
fn finding(
    code: &'static str,
    what: &'static str,
    handling: &'static str,
    odd: impl IntoIterator<Item = impl Display>,
) -> Finding {
    let (mut count, mut examples) = (0, Vec::new());
    for one in odd {
        count += 1;
        if examples.len() < EXAMPLES {
            examples.push(one.to_string());
        }
    }
    Finding { code, of: None, count, what, handling, examples }
}

impl Finding {
    fn about(self, of: impl Into<String>) -> Self {
        Self { of: Some(of.into()), ..self }
    }
}
