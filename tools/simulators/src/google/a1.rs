//! Ranges in A1 notation (<https://developers.google.com/workspace/sheets/api/guides/concepts#cell>): `Main!A1:N20`, `Main!B4:F`,
//! `'Sale Parties'!A2:F`, `Main!A:A`, `Main`.

/// A rectangle in a tab; rows and columns from 0, ends excluded, `None` for as far as there is anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    /// The tab; the first one when absent.
    pub(super) tab: Option<String>,
    pub(super) rows: (usize, Option<usize>),
    pub(super) columns: (usize, Option<usize>),
}

/// One corner: column and row, either may be missing.
type Corner = (Option<usize>, Option<usize>);

/// Reads a range. A word without an exclamation mark is a tab when `is_tab` says so, else cells of the first tab.
pub(super) fn parse(text: &str, is_tab: impl Fn(&str) -> bool) -> Option<Range> {
    let (tab, cells) = match text.rsplit_once('!') {
        Some((tab, cells)) => (Some(unquoted(tab)), Some(cells)),
        None if is_tab(&unquoted(text)) => (Some(unquoted(text)), None),
        None => (None, Some(text)),
    };
    let Some(cells) = cells else { return Some(Range { tab, rows: (0, None), columns: (0, None) }) };
    let (first, last) = match cells.split_once(':') {
        Some((first, last)) => (corner(first)?, corner(last)?),
        None => {
            let alone = corner(cells)?;
            (alone, alone)
        }
    };
    let after = |end: Option<usize>| end.map(|end| end + 1);
    let rows = (first.1.unwrap_or(0), after(last.1));
    let columns = (first.0.unwrap_or(0), after(last.0));
    let forward = |(from, to): (usize, Option<usize>)| to.is_none_or(|to| from < to);
    (forward(rows) && forward(columns)).then_some(Range { tab, rows, columns })
}

fn unquoted(tab: &str) -> String {
    match tab.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inner) => inner.replace("''", "'"),
        None => tab.to_owned(),
    }
}

/// `B4`, `B` or `4`.
pub(super) fn corner(text: &str) -> Option<Corner> {
    let letters: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let digits = &text[letters.len()..];
    if text.is_empty() || letters.len() > 3 || digits.len() > 7 || !digits.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let column = letters.to_ascii_uppercase().bytes().fold(0, |sum, b| sum * 26 + usize::from(b - b'A') + 1);
    let row = if digits.is_empty() { None } else { Some(digits.parse::<usize>().ok()?.checked_sub(1)?) };
    Some((column.checked_sub(1), row))
}

/// The letters of a column, from 0.
pub(super) fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Range> {
        parse(text, |tab| tab == "Main")
    }

    #[test]
    fn ranges_are_read_as_the_documentation_has_them() {
        let range =
            |tab: Option<&str>, rows, columns| Some(Range { tab: tab.map(str::to_owned), rows, columns });
        assert_eq!(parsed("Main!A1:N20"), range(Some("Main"), (0, Some(20)), (0, Some(14))));
        assert_eq!(parsed("Main!B4:F"), range(Some("Main"), (3, None), (1, Some(6))));
        assert_eq!(parsed("Main!A:A"), range(Some("Main"), (0, None), (0, Some(1))));
        assert_eq!(parsed("'It''s ours'!C2"), range(Some("It's ours"), (1, Some(2)), (2, Some(3))));
        assert_eq!(parsed("Main"), range(Some("Main"), (0, None), (0, None)));
        assert_eq!(parsed("A2:B3"), range(None, (1, Some(3)), (0, Some(2))));
        for wrong in ["", "Main!", "Main!A0", "Main!B2:A1", "Other tab", "Main!A1:B2:C3", "Main!É1"] {
            assert_eq!(parsed(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn columns_have_letters() {
        for (column, text) in [(0, "A"), (13, "N"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), text);
            assert_eq!(corner(text), Some((Some(column), None)));
        }
    }
}
