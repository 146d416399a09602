//! Whom a single deal is told to besides the audiences: a haulier, a broker, the customer's gate. One stream a deal.

use kernel::{Aggregate, Recorded};
use serde::{Deserialize, Serialize};

use super::{Audience, MOST_RECIPIENTS, repeated};
use crate::recipient::Field;

/// The additional recipients of one deal. They never see a rate or an amount.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AdditionalRecipients(Audience);

impl AdditionalRecipients {
    /// Who is told.
    #[must_use]
    pub const fn recipients(&self) -> &Audience {
        &self.0
    }
}

/// What can be asked of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdditionalCommand {
    /// Name them anew.
    Replace(Audience),
}

/// What can have happened to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AdditionalEvent {
    /// They were named anew.
    AdditionalRecipientsReplaced {
        /// All who are told from now on.
        recipients: Audience,
    },
}

/// A rule that they break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdditionalFault {
    /// Too many would be told.
    #[error("there are {0} recipients; a deal has at most {MOST_RECIPIENTS} besides the audiences")]
    TooMany(usize),
    /// The same address twice would get every text twice. The position counts from 0.
    #[error("{} is an earlier recipient's", .1.as_str())]
    Twice(usize, Field),
}

/// Why they are not replaced: all the rules they break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the recipients break {} rules", .0.len())]
pub struct AdditionalRefusal(pub Vec<AdditionalFault>);

impl Aggregate for AdditionalRecipients {
    const KIND: &'static str = "additional-recipients";

    type Command = AdditionalCommand;
    type Event = AdditionalEvent;
    type Refusal = AdditionalRefusal;

    fn decide(&self, command: &AdditionalCommand) -> Result<Vec<AdditionalEvent>, AdditionalRefusal> {
        let AdditionalCommand::Replace(recipients) = command;
        if recipients.len() > MOST_RECIPIENTS {
            return Err(AdditionalRefusal(vec![AdditionalFault::TooMany(recipients.len())]));
        }
        let twice: Vec<_> =
            repeated(recipients).map(|(position, field)| AdditionalFault::Twice(position, field)).collect();
        if !twice.is_empty() {
            return Err(AdditionalRefusal(twice));
        }
        if *recipients == self.0 {
            return Ok(vec![]);
        }
        Ok(vec![AdditionalEvent::AdditionalRecipientsReplaced { recipients: recipients.clone() }])
    }

    fn evolve(self, recorded: &Recorded<AdditionalEvent>) -> Self {
        let AdditionalEvent::AdditionalRecipientsReplaced { recipients } = &recorded.event;
        Self(recipients.clone())
    }
}
