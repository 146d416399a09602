use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::SubscriptionId;

/// Hexadecimal digits of either half.
const HALF: usize = 32;

/// What the link to a chat carries: a subscription and its code, together 64 characters, which is as much as such a link takes
/// (<https://core.telegram.org/bots/features#deep-linking>).
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Which subscription.
    pub subscription: SubscriptionId,
    /// Its code: 32 hexadecimal digits.
    pub code: String,
}

/// A text that is no invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 64 hexadecimal digits")]
pub struct InvitationError;

impl FromStr for Invitation {
    type Err = InvitationError;

    fn from_str(text: &str) -> Result<Self, InvitationError> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 2 * HALF || !text.bytes().all(digit) {
            return Err(InvitationError);
        }
        let (subscription, code) = text.split_at(HALF);
        let subscription = Uuid::try_parse(subscription).map_err(|_| InvitationError)?;
        Ok(Self { subscription: SubscriptionId::new(subscription), code: code.to_owned() })
    }
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.subscription.uuid().simple(), self.code)
    }
}

/// Hidden: whoever has it may confirm.
impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_invitation_is_read_as_it_was_written(which in any::<u128>(), code in "[0-9a-f]{32}") {
            let written = Invitation { subscription: SubscriptionId::new(Uuid::from_u128(which)), code };
            prop_assert!(written.to_string().bytes().all(|byte| byte.is_ascii_alphanumeric()));
            prop_assert_eq!(written.to_string().parse(), Ok(written));
        }

        #[test]
        fn anything_else_is_refused(text in "\\PC{0,80}|[0-9a-fA-F]{60,70}") {
            let read = text.parse::<Invitation>();
            prop_assert_eq!(read.is_ok(), text.len() == 64 && text.bytes().all(|b| b"0123456789abcdef".contains(&b)));
        }
    }
}
