/// Digits of a code.
pub const CODE_DIGITS: usize = 4;

/// What a person wants who writes to the firm, as far as subscriptions go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    /// To begin one, with this code.
    Code(String),
    /// To hear no more.
    Stop,
    /// Something else.
    Other,
}

impl Saying {
    /// Reads a text: a greeting (`hi`, `hello`, `/start`) and somewhere after it a code, or nothing but `stop`. Case, blanks
    /// and punctuation around words do not matter.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let outside = |c: char| !c.is_alphanumeric() && c != '/';
        let mut words = text.split(outside).filter(|word| !word.is_empty());
        match (words.next(), words.next()) {
            (Some("stop" | "/stop" | "unsubscribe"), None) => Self::Stop,
            (Some("hi" | "hello" | "/start"), Some(second)) => {
                let code = std::iter::once(second).chain(words).find(|word| is_code(word));
                code.map_or(Self::Other, |code| Self::Code(code.to_owned()))
            }
            _ => Self::Other,
        }
    }
}

fn is_code(word: &str) -> bool {
    word.len() == CODE_DIGITS && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_greeting_with_a_code_is_told_from_everything_else() {
        let code = Saying::Code("4821".to_owned());
        for text in
            ["hi 4821", "Hi 4821", " hello,  4821! ", "/start 4821", "Hi, my code is 4821.", "HI\n4821"]
        {
            assert_eq!(Saying::of(text), code, "{text:?}");
        }
        for text in ["stop", "STOP", " Stop. ", "/stop", "unsubscribe"] {
            assert_eq!(Saying::of(text), Saying::Stop, "{text:?}");
        }
        for text in
            ["", "hi", "4821", "hi 48211", "hi 482", "hi ४८२१", "stop it 4821", "please stop", "high 4821"]
        {
            assert_eq!(Saying::of(text), Saying::Other, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_a_code_has_four_digits(text in "\\PC{0,80}|(hi|stop)[ \\PC]{0,9}[0-9]{0,6}") {
            if let Saying::Code(code) = Saying::of(&text) {
                prop_assert!(is_code(&code) && text.contains(&code));
            }
        }
    }
}
