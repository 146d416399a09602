//! Comparing and finding names as people type them.
//!
//! One folding serves both: two names are the same when their [`comparable`] forms are, and a search compares words of
//! that form. It stands in the kernel because domains compare names, and a domain uses nothing else of `shared/`.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

/// Longest run of characters that a search index keeps of a name; what is typed beyond it is compared in memory.
pub const INDEXED_CHARS: usize = 40;
/// Most words of a query that are looked at.
const MOST_WORDS: usize = 8;

/// The form in which texts are compared: compatibility-decomposed (UAX #15, NFKD) and case-folded (Unicode 3.13, D145)
/// without diacritics, every dash a `-`, every run of white space one blank, none around it.
///
/// Only marks that decorate letters of any script (U+0300 and the other blocks of combining diacritics) are dropped. The
/// vowel signs of Indic scripts are marks too, but without them `राम` and `रम` would be one name.
#[must_use]
pub fn comparable(text: &str) -> String {
    let folded: String = plain(text).nfd().default_case_fold().collect();
    // Folding may leave what decomposes again.
    let mut form = String::with_capacity(folded.len());
    for word in plain(&folded).split_whitespace() {
        if !form.is_empty() {
            form.push(' ');
        }
        form.push_str(word);
    }
    form
}

/// Decomposed, without diacritics and invisible characters, with plain dashes and blanks.
fn plain(text: &str) -> String {
    let shown = text.nfkd().filter(|c| !is_diacritic(*c) && !is_invisible(*c));
    shown.map(|c| if is_dash(c) { '-' } else { c }).collect()
}

/// The blocks of combining diacritics for any script (Unicode chart index, "Combining Diacritics").
const fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// What takes no place on paper: soft hyphen, zero-width characters, byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Hyphen, non-breaking hyphen, figure, en and em dash, bar, minus.
const fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The words of a text in their [`comparable`] form: runs of letters and digits, whatever stands between them.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let form = comparable(text);
    form.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What a search index keeps of a name: from each of its words on, the rest of the name run together, its first
/// [`INDEXED_CHARS`] characters. `Ice-cream Cups` gives `icecreamcups`, `creamcups` and `cups`: every word is the
/// beginning of one of them, and so is every piece that was typed without its blank, hyphen or slash.
#[must_use]
pub fn run_ons(text: &str) -> Vec<String> {
    let mut all: Vec<String> = rests(text).iter().map(|rest| indexed(rest)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The run-ons in full length.
fn rests(text: &str) -> Vec<String> {
    let words = words(text);
    (0..words.len()).map(|from| words.get(from..).unwrap_or_default().concat()).collect()
}

/// As much of a run-on as an index keeps.
fn indexed(rest: &str) -> String {
    rest.chars().take(INDEXED_CHARS).collect()
}

/// What somebody types to find something by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
    together: String,
}

impl Search {
    /// The search for `typed`; `None` when there is no letter and no digit in it.
    #[must_use]
    pub fn try_new(typed: &str) -> Option<Self> {
        let mut words = words(typed);
        words.truncate(MOST_WORDS);
        let together = words.concat();
        (!words.is_empty()).then_some(Self { words, together })
    }

    /// The beginnings of run-ons to look up in an index, one or two: whatever [`Search::finds`] is in one of them. The
    /// longest word narrows most; all words together find what is written without the blanks that were typed.
    #[must_use]
    pub fn probes(&self) -> Vec<String> {
        let longest = self.words.iter().max_by_key(|word| word.chars().count()).map(String::as_str);
        let mut probes = vec![indexed(longest.unwrap_or_default()), indexed(&self.together)];
        probes.dedup();
        probes
    }

    /// Whether every word begins a word of `name`, or all of them together do, whatever stands between words.
    #[must_use]
    pub fn finds(&self, name: &str) -> bool {
        let rests = rests(name);
        let begins = |typed: &str| rests.iter().any(|rest| rest.starts_with(typed));
        begins(&self.together) || self.words.iter().all(|word| begins(word))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_dashes_and_blanks_make_no_difference() {
        for (one, other) in [
            ("Ivory Ice\u{2011}cream Cups", "ivory ice-cream cups"),
            ("Café\u{a0}Plastics", "CAFE  PLASTICS "),
            ("Cafe\u{301}", "Café"),
            ("Straße 7", "STRASSE ７"),
            ("A\u{2013}B\u{2014}C", "a-b-c"),
            ("ice\u{200b}cream", "icecream"),
        ] {
            assert_eq!(comparable(one), comparable(other), "{one:?} {other:?}");
        }
        assert_ne!(comparable("Ice-cream"), comparable("Ice cream"));
    }

    #[test]
    fn vowel_signs_of_indic_scripts_tell_names_apart() {
        assert_ne!(comparable("राम"), comparable("रम"));
    }

    #[test]
    fn a_name_is_found_by_any_beginning_of_its_words_run_together_or_not() {
        let name = "Ivory Ice\u{2011}cream Cups";
        for typed in [
            "ivory",
            "Ivory Ice-cream",
            "icecream",
            "IVORYICE",
            "cups ivory",
            "ice/cream",
            "cr",
            "ivory icecream cups",
            "cream-cups",
        ] {
            assert!(Search::try_new(typed).unwrap().finds(name), "{typed:?}");
        }
        for typed in ["vory", "ivory tea", "cupsx", "ivorycups"] {
            assert!(!Search::try_new(typed).unwrap().finds(name), "{typed:?}");
        }
        assert!(Search::try_new("B5004/B6003").unwrap().finds("B5004 / B6003"));
        assert_eq!(Search::try_new(" -/% "), None);
    }

    #[test]
    fn a_name_gives_one_run_on_for_each_of_its_words() {
        assert_eq!(run_ons("Ice-cream Cups"), ["creamcups", "cups", "icecreamcups"]);
        assert_eq!(run_ons("%"), Vec::<String>::new());
        assert_eq!(run_ons(&"x".repeat(100)), ["x".repeat(INDEXED_CHARS)]);
    }

    proptest! {
        #[test]
        fn the_comparable_form_compares_as_itself(text in "\\PC{0,40}") {
            let form = comparable(&text);
            prop_assert_eq!(comparable(&form), form);
        }

        #[test]
        fn a_non_breaking_hyphen_is_a_hyphen(left in "\\PC{0,12}", right in "\\PC{0,12}") {
            prop_assert_eq!(comparable(&format!("{left}\u{2011}{right}")), comparable(&format!("{left}-{right}")));
        }

        #[test]
        fn what_a_search_finds_stands_behind_one_of_its_probes(
            name in "[a-dé /-]{1,30}|\\PC{1,60}", typed in "[a-d /-]{1,12}",
        ) {
            if let Some(search) = Search::try_new(&typed) && search.finds(&name) {
                let index = run_ons(&name);
                let probes = search.probes();
                prop_assert!(probes.iter().any(|probe| index.iter().any(|entry| entry.starts_with(probe))));
            }
        }
    }
}
