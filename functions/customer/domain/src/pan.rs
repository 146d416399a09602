use std::fmt;
use std::str::FromStr;

/// What the fourth letter of a PAN may be: the kind of holder, such as P for a person, C for a company, F for a firm
/// (Income Tax Department, "Know your PAN").
const HOLDERS: &[u8] = b"ABCFGHJLPT";

/// A Permanent Account Number of the Indian Income Tax Department, e.g. `AAPFU0939F`: five letters, the fourth of which is
/// the kind of holder, four digits, one letter (Income-tax Rules 1962, rule 114, and the department's "Know your PAN").
///
/// Its last letter is a check letter whose rule the department has not published, so only the form is checked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pan(String);

/// A text that is not a PAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a PAN such as AAPFU0939F: five letters, the fourth one of ABCFGHJLPT, four digits, one letter"
)]
pub struct PanError;

impl Pan {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pan {
    type Err = PanError;

    /// Blanks around it and lower case are forgiven.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        let fits = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                3 => HOLDERS.contains(&byte),
                5..=8 => byte.is_ascii_digit(),
                _ => byte.is_ascii_uppercase(),
            });
        if fits { Ok(Self(text)) } else { Err(PanError) }
    }
}

impl fmt::Display for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden, so that it does not reach a log inside a larger value.
impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pan(…)")
    }
}

kernel::text_serde!(Pan, "^[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pan_is_read_whatever_its_case() {
        assert_eq!(" aapfu0939f ".parse::<Pan>().unwrap().as_str(), "AAPFU0939F");
    }

    #[test]
    fn what_is_no_pan_is_refused() {
        for text in [
            "",
            "AAPFU0939",
            "AAPFU0939FX",
            "AAPXU0939F",
            "AAPFU093XF",
            "AAPF10939F",
            "AAPFU09391",
            "ÄAPFU0939F",
        ] {
            assert_eq!(text.parse::<Pan>(), Err(PanError), "{text:?}");
        }
    }
}
