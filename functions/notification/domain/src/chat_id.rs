//! Conversations on Telegram.

use std::fmt;
use std::str::FromStr;

/// Largest identifier (<https://core.telegram.org/bots/api#chat>): at most 52 significant bits.
const LARGEST: i64 = (1 << 52) - 1;

/// A conversation of the firm's bot with a person, or with a group, whose identifiers are negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(i64);

/// A text that identifies no conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the number of a Telegram chat, such as 5512345678")]
pub struct ChatIdError;

impl TryFrom<i64> for ChatId {
    type Error = ChatIdError;

    fn try_from(number: i64) -> Result<Self, ChatIdError> {
        if number != 0 && (-LARGEST..=LARGEST).contains(&number) {
            Ok(Self(number))
        } else {
            Err(ChatIdError)
        }
    }
}

impl FromStr for ChatId {
    type Err = ChatIdError;

    fn from_str(text: &str) -> Result<Self, ChatIdError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ChatIdError);
        }
        text.parse::<i64>().map_err(|_| ChatIdError)?.try_into()
    }
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hidden, as every address of a person is.
impl fmt::Debug for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChatId(…)")
    }
}

kernel::text_serde!(ChatId, r"^-?[1-9]\d{0,15}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_groups_have_chats() {
        for text in ["5512345678", "-1001234567890", "1", "4503599627370495"] {
            assert_eq!(text.parse::<ChatId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_chat_is_refused() {
        for text in
            ["", "-", "0", "007", "+5", "5 5", "@firm", "4503599627370496", "99999999999999999999", "--5"]
        {
            assert_eq!(text.parse::<ChatId>(), Err(ChatIdError), "{text}");
        }
    }
}
