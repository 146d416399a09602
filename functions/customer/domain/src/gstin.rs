use std::fmt;
use std::str::FromStr;

use crate::Pan;

/// Characters of a GSTIN in the order of their values, 0 to 35.
const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// What the fourteenth character may be: Z for regular taxpayers, D for deductors and C for collectors of tax at source.
const KINDS: &[u8] = b"ZCD";

/// A code of a state or union territory in GST numbers: `01` to `38`, `97` (other territory) or `99` (centre).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateCode(String);

/// A text that is not a state code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a GST state code: two digits, 01 to 38, 97 or 99")]
pub struct StateCodeError;

impl StateCode {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StateCode {
    type Err = StateCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let two_digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<u8>() {
            Ok(1..=38 | 97 | 99) if two_digits => Ok(Self(text.to_owned())),
            _ => Err(StateCodeError),
        }
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

kernel::text_serde!(StateCode, "^(0[1-9]|[12][0-9]|3[0-8]|97|99)$");

/// A Goods and Services Tax Identification Number, e.g. `27AAPFU0939F1ZV`: state code, PAN, number of the registration
/// within the state, kind, check character (CGST Rules 2017, rule 10; GST portal, "Structure of GSTIN").
///
/// The check character is Luhn's modulo 36 (ISO/IEC 7812-1 annex B, extended to letters): the values of the first fourteen
/// characters count once and twice in turn from the left, the two base-36 digits of each product are added, and the check
/// character brings the sum to a multiple of 36.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gstin(String);

/// Why a text is not a GSTIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GstinError {
    /// Not of its form.
    #[error(
        "must be a GSTIN such as 27AAPFU0939F1ZV: state code, PAN, registration number, Z, check character"
    )]
    Form,
    /// Of its form, with a character mistyped.
    #[error("is no GSTIN: its check character does not fit the rest")]
    Checksum,
}

impl Gstin {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The state of the registration.
    ///
    /// # Errors
    /// Never for a GSTIN that was read.
    pub fn state(&self) -> Result<StateCode, StateCodeError> {
        self.0.get(..2).unwrap_or_default().parse()
    }

    /// Whether it was given to the holder of this PAN.
    #[must_use]
    pub fn belongs_to(&self, pan: &Pan) -> bool {
        self.0.get(2..12) == Some(pan.as_str())
    }
}

impl FromStr for Gstin {
    type Err = GstinError;

    /// Blanks around it and lower case are forgiven.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        let bytes = text.as_bytes();
        let [.., registration, kind, check] = bytes else { return Err(GstinError::Form) };
        let state_fits = text.get(..2).is_some_and(|code| code.parse::<StateCode>().is_ok());
        let pan_fits = text.get(2..12).is_some_and(|pan| pan.parse::<Pan>().is_ok());
        let registration_fits = value(*registration).is_some_and(|value| value > 0);
        if bytes.len() != 15 || !state_fits || !pan_fits || !registration_fits || !KINDS.contains(kind) {
            return Err(GstinError::Form);
        }
        let expected = bytes.get(..14).and_then(check_character).ok_or(GstinError::Form)?;
        match value(*check) {
            None => Err(GstinError::Form),
            Some(_) if *check != expected => Err(GstinError::Checksum),
            Some(_) => Ok(Self(text)),
        }
    }
}

fn value(character: u8) -> Option<usize> {
    DIGITS.iter().position(|digit| *digit == character)
}

fn check_character(first: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (at, character) in first.iter().enumerate() {
        let product = value(*character)? * (1 + at % 2);
        sum += product / DIGITS.len() + product % DIGITS.len();
    }
    DIGITS.get((DIGITS.len() - sum % DIGITS.len()) % DIGITS.len()).copied()
}

impl fmt::Display for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden, so that it does not reach a log inside a larger value.
impl fmt::Debug for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gstin(…)")
    }
}

kernel::text_serde!(Gstin, "^[0-9]{2}[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z][1-9A-Z][ZCD][0-9A-Z]$");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_numbers_of_the_gst_portals_form_are_read() {
        for text in ["27AAPFU0939F1ZV", "29AAGCB7383J1Z4", " 27aapfu0939f1zv"] {
            let gstin: Gstin = text.parse().unwrap();
            assert_eq!(gstin.as_str(), text.trim().to_ascii_uppercase());
        }
        let gstin: Gstin = "27AAPFU0939F1ZV".parse().unwrap();
        assert_eq!(gstin.state().unwrap().as_str(), "27");
        assert!(gstin.belongs_to(&"AAPFU0939F".parse().unwrap()));
        assert!(!gstin.belongs_to(&"AAGCB7383J".parse().unwrap()));
    }

    #[test]
    fn a_wrong_form_is_told_from_a_wrong_check_character() {
        for text in [
            "",
            "Z",
            "27AAPFU0939F1Z",
            "27AAPFU0939F1ZVV",
            "00AAPFU0939F1ZV",
            "39AAPFU0939F1ZV",
            "27AAPXU0939F1ZV",
            "27AAPFU0939F0ZV",
            "27AAPFU0939F1YV",
            "27AAPFU0939F1Z-",
        ] {
            assert_eq!(text.parse::<Gstin>(), Err(GstinError::Form), "{text:?}");
        }
        assert_eq!("27AAPFU0939F1ZW".parse::<Gstin>(), Err(GstinError::Checksum));
    }

    #[test]
    fn state_codes_are_those_of_states() {
        for good in ["01", "27", "38", "97", "99"] {
            assert!(good.parse::<StateCode>().is_ok(), "{good}");
        }
        for bad in ["", "0", "00", "39", "96", "98", "1", "+1", "001", "AB"] {
            assert_eq!(bad.parse::<StateCode>(), Err(StateCodeError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn exactly_one_check_character_fits(
            head in "(0[1-9]|[12][0-9]|3[0-8]|97|99)[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z][1-9A-Z]Z",
        ) {
            let fitting: Vec<char> = DIGITS.iter().map(|d| char::from(*d))
                .filter(|check| format!("{head}{check}").parse::<Gstin>().is_ok()).collect();
            prop_assert_eq!(fitting.len(), 1);
        }

        #[test]
        fn a_mistyped_character_is_noticed(at in 0..14_usize, to in "[0-9A-Z]") {
            let mut text = "27AAPFU0939F1ZV".to_owned();
            text.replace_range(at..=at, &to);
            prop_assert_eq!(text.parse::<Gstin>().is_ok(), text == "27AAPFU0939F1ZV");
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            prop_assert!(text.parse::<Gstin>().is_err() || text.trim().len() == 15);
        }
    }
}
