//! Who is told: the three audiences of the firm, each with its recipients, one stream a firm; and whom one deal is told to
//! besides ([`additional`]).

pub mod additional;

#[cfg(test)]
mod tests;

use std::fmt;

use kernel::{Aggregate, Recorded};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Recipient;
use crate::recipient::Field;

/// Most recipients of one audience: each confirmed deal makes one message for each.
pub const MOST_RECIPIENTS: usize = 20;

/// One of the firm's audiences. Each gets a text of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AudienceName {
    /// Those who invoice and pay.
    Accounts,
    /// Those who fetch and bring. They never see a rate or an amount.
    Logistics,
    /// Those whose firm it is.
    Owners,
}

impl AudienceName {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accounts, Self::Logistics, Self::Owners];

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Logistics => "logistics",
            Self::Owners => "owners",
        }
    }
}

impl fmt::Display for AudienceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The recipients of one audience.
pub type Audience = Vec<Recipient>;

/// The recipients of every audience.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recipients {
    /// Of [`AudienceName::Accounts`].
    pub accounts: Audience,
    /// Of [`AudienceName::Logistics`].
    pub logistics: Audience,
    /// Of [`AudienceName::Owners`].
    pub owners: Audience,
}

impl Recipients {
    /// Those of one audience.
    #[must_use]
    pub const fn of(&self, name: AudienceName) -> &Audience {
        match name {
            AudienceName::Accounts => &self.accounts,
            AudienceName::Logistics => &self.logistics,
            AudienceName::Owners => &self.owners,
        }
    }
}

/// The audiences of a firm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audiences(Recipients);

impl Audiences {
    /// Who is told.
    #[must_use]
    pub const fn recipients(&self) -> &Recipients {
        &self.0
    }
}

/// What can be asked of the audiences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudiencesCommand {
    /// Name everybody anew.
    Replace(Recipients),
}

/// What can have happened to the audiences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AudiencesEvent {
    /// Everybody was named anew.
    AudiencesReplaced {
        /// All who are told from now on.
        recipients: Recipients,
    },
}

/// A rule that recipients break, each at its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AudiencesFault {
    /// Too many would be told.
    #[error("has {1} recipients; an audience has at most {MOST_RECIPIENTS}")]
    TooMany(AudienceName, usize),
    /// The same address twice in one audience would get every text twice. The position counts from 0.
    #[error("{} is an earlier recipient's of the same audience", .2.as_str())]
    Twice(AudienceName, usize, Field),
}

/// Why a command is refused: all the rules it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audiences break {} rules", .0.len())]
pub struct AudiencesRefusal(pub Vec<AudiencesFault>);

impl Aggregate for Audiences {
    const KIND: &'static str = "audiences";

    type Command = AudiencesCommand;
    type Event = AudiencesEvent;
    type Refusal = AudiencesRefusal;

    fn decide(&self, command: &AudiencesCommand) -> Result<Vec<AudiencesEvent>, AudiencesRefusal> {
        let AudiencesCommand::Replace(recipients) = command;
        let faults = faults(recipients);
        if !faults.is_empty() {
            return Err(AudiencesRefusal(faults));
        }
        if *recipients == self.0 {
            return Ok(vec![]);
        }
        Ok(vec![AudiencesEvent::AudiencesReplaced { recipients: recipients.clone() }])
    }

    fn evolve(self, recorded: &Recorded<AudiencesEvent>) -> Self {
        let AudiencesEvent::AudiencesReplaced { recipients } = &recorded.event;
        Self(recipients.clone())
    }
}

fn faults(recipients: &Recipients) -> Vec<AudiencesFault> {
    let mut faults = Vec::new();
    for name in AudienceName::ALL {
        let audience = recipients.of(name);
        if audience.len() > MOST_RECIPIENTS {
            faults.push(AudiencesFault::TooMany(name, audience.len()));
            continue;
        }
        faults
            .extend(repeated(audience).map(|(position, field)| AudiencesFault::Twice(name, position, field)));
    }
    faults
}

/// The places of those who are told where an earlier one is told already, and by which of their addresses.
fn repeated(audience: &Audience) -> impl Iterator<Item = (usize, Field)> {
    audience.iter().enumerate().filter_map(|(position, recipient)| {
        let mut earlier = audience.iter().take(position);
        let address = earlier.find_map(|earlier| recipient.shared_with(earlier))?;
        Some((position, Field::of(address.channel())))
    })
}
