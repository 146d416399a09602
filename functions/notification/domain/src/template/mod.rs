//! What is said: one text per audience and occasion, rendered from the facts of a deal.
//!
//! The layouts are the firm's own and older than this system; golden files in `golden/` hold them. `*x*` is bold. Texts people
//! typed are put in as they are: WhatsApp shows them literally or, at worst, in bold, and executes nothing.

mod accounts;
mod additional;
mod digest;
mod figures;
mod logistics;
mod markup;
mod news;
mod notices;
mod owners;
mod subject;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use digest::{DIGEST_HEADING, fits_digest};
pub use markup::{as_html, as_plain};
pub use news::{DealNews, Good, Occasion, Portion, Term};
pub use notices::{CopiedLogin, chat_number, goodbye, nothing_to_end, session_reused, trial, welcome};
pub use subject::subject;

use crate::AudienceName;

/// Longest text WhatsApp takes, in characters
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>).
pub const LONGEST_TEXT: usize = 4_096;
/// Longest short message, in bytes
/// (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>).
pub const LONGEST_SMS_BYTES: usize = 1_600;
/// Longest parameter of an approved template, in characters: its body of 1,024 less the words around it.
pub const LONGEST_PARAMETER: usize = 900;

/// A template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TemplateName {
    /// A deal stands: to accounts.
    DealConfirmedAccounts,
    /// A deal stands: to logistics.
    DealConfirmedLogistics,
    /// A deal stands: to the owners.
    DealConfirmedOwners,
    /// A deal that had been told is called off: to accounts.
    DealCancelledAccounts,
    /// A deal that had been told is called off: to logistics.
    DealCancelledLogistics,
    /// A deal that had been told is called off: to the owners.
    DealCancelledOwners,
    /// Terms or notes of a deal have changed: to accounts.
    DealAmendedAccounts,
    /// The warehouse of a deal has changed: to logistics.
    DealAmendedLogistics,
    /// Terms or notes of a deal have changed: to the owners.
    DealAmendedOwners,
    /// A deal stands: to whom it is told besides.
    DealConfirmedAdditional,
    /// A deal that had been told is called off: to whom it is told besides.
    DealCancelledAdditional,
    /// The delivery terms of a deal have changed: to whom it is told besides.
    DealAmendedAdditional,
}

impl TemplateName {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::DealConfirmedAccounts,
        Self::DealConfirmedLogistics,
        Self::DealConfirmedOwners,
        Self::DealCancelledAccounts,
        Self::DealCancelledLogistics,
        Self::DealCancelledOwners,
        Self::DealAmendedAccounts,
        Self::DealAmendedLogistics,
        Self::DealAmendedOwners,
        Self::DealConfirmedAdditional,
        Self::DealCancelledAdditional,
        Self::DealAmendedAdditional,
    ];

    /// The one for an audience on an occasion.
    #[must_use]
    pub const fn of(audience: AudienceName, occasion: Occasion) -> Self {
        match (occasion, audience) {
            (Occasion::Confirmed, AudienceName::Accounts) => Self::DealConfirmedAccounts,
            (Occasion::Confirmed, AudienceName::Logistics) => Self::DealConfirmedLogistics,
            (Occasion::Confirmed, AudienceName::Owners) => Self::DealConfirmedOwners,
            (Occasion::Cancelled, AudienceName::Accounts) => Self::DealCancelledAccounts,
            (Occasion::Cancelled, AudienceName::Logistics) => Self::DealCancelledLogistics,
            (Occasion::Cancelled, AudienceName::Owners) => Self::DealCancelledOwners,
            (Occasion::Amended, AudienceName::Accounts) => Self::DealAmendedAccounts,
            (Occasion::Amended, AudienceName::Logistics) => Self::DealAmendedLogistics,
            (Occasion::Amended, AudienceName::Owners) => Self::DealAmendedOwners,
        }
    }

    /// The one for the additional recipients of a deal on an occasion.
    #[must_use]
    pub const fn additional(occasion: Occasion) -> Self {
        match occasion {
            Occasion::Confirmed => Self::DealConfirmedAdditional,
            Occasion::Cancelled => Self::DealCancelledAdditional,
            Occasion::Amended => Self::DealAmendedAdditional,
        }
    }

    /// Whether its readers have something to learn when these terms changed. Accounts and the owners hear of every change;
    /// the others, who see neither money nor notes, of what stands in their text.
    #[must_use]
    pub fn tells_of(self, changed: &[Term]) -> bool {
        match self {
            Self::DealAmendedLogistics => changed.contains(&Term::Warehouse),
            Self::DealAmendedAdditional => changed.contains(&Term::DeliveryTerms),
            _ => true,
        }
    }

    /// The audience it is for; `None` when it is for the additional recipients of a deal.
    #[must_use]
    pub const fn audience(self) -> Option<AudienceName> {
        Some(match self {
            Self::DealConfirmedAccounts | Self::DealCancelledAccounts | Self::DealAmendedAccounts => {
                AudienceName::Accounts
            }
            Self::DealConfirmedLogistics | Self::DealCancelledLogistics | Self::DealAmendedLogistics => {
                AudienceName::Logistics
            }
            Self::DealConfirmedOwners | Self::DealCancelledOwners | Self::DealAmendedOwners => {
                AudienceName::Owners
            }
            Self::DealConfirmedAdditional | Self::DealCancelledAdditional | Self::DealAmendedAdditional => {
                return None;
            }
        })
    }

    /// On what it is sent.
    #[must_use]
    pub const fn occasion(self) -> Occasion {
        match self {
            Self::DealConfirmedAccounts
            | Self::DealConfirmedLogistics
            | Self::DealConfirmedOwners
            | Self::DealConfirmedAdditional => Occasion::Confirmed,
            Self::DealCancelledAccounts
            | Self::DealCancelledLogistics
            | Self::DealCancelledOwners
            | Self::DealCancelledAdditional => Occasion::Cancelled,
            Self::DealAmendedAccounts
            | Self::DealAmendedLogistics
            | Self::DealAmendedOwners
            | Self::DealAmendedAdditional => Occasion::Amended,
        }
    }

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DealConfirmedAccounts => "deal-confirmed-accounts",
            Self::DealConfirmedLogistics => "deal-confirmed-logistics",
            Self::DealConfirmedOwners => "deal-confirmed-owners",
            Self::DealCancelledAccounts => "deal-cancelled-accounts",
            Self::DealCancelledLogistics => "deal-cancelled-logistics",
            Self::DealCancelledOwners => "deal-cancelled-owners",
            Self::DealAmendedAccounts => "deal-amended-accounts",
            Self::DealAmendedLogistics => "deal-amended-logistics",
            Self::DealAmendedOwners => "deal-amended-owners",
            Self::DealConfirmedAdditional => "deal-confirmed-additional",
            Self::DealCancelledAdditional => "deal-cancelled-additional",
            Self::DealAmendedAdditional => "deal-amended-additional",
        }
    }

    /// The text. At most [`LONGEST_TEXT`] characters; what is longer ends in `…`.
    #[must_use]
    pub fn render(self, news: &DealNews) -> String {
        let mut lines = heading(self.occasion(), news);
        match self.audience() {
            Some(AudienceName::Accounts) => accounts::lines(news, &mut lines),
            Some(AudienceName::Logistics) => logistics::lines(news, &mut lines),
            Some(AudienceName::Owners) => owners::lines(news, &mut lines),
            None => additional::lines(news, &mut lines),
        }
        shortened(&lines.join("\n"), LONGEST_TEXT)
    }
}

/// A text that names no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no template")]
pub struct NoTemplate;

impl FromStr for TemplateName {
    type Err = NoTemplate;

    fn from_str(text: &str) -> Result<Self, NoTemplate> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(NoTemplate)
    }
}

impl fmt::Display for TemplateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a correction begins with; a confirmation begins at once.
fn heading(occasion: Occasion, news: &DealNews) -> Vec<String> {
    let tail = news.deal_id.tail();
    match occasion {
        Occasion::Confirmed => vec![],
        Occasion::Cancelled => vec![format!("❌ *DEAL CANCELLED* #{tail}"), String::new()],
        Occasion::Amended => vec![format!("✏️ *DEAL AMENDED* #{tail}"), String::new()],
    }
}

/// A text as the one parameter of an approved template: WhatsApp refuses line breaks, tabs and long runs of blanks there.
/// What is longer than [`LONGEST_PARAMETER`] ends in `…`.
#[must_use]
pub fn as_parameter(text: &str) -> String {
    shortened(&in_one_line(text), LONGEST_PARAMETER)
}

/// Whether nothing of a text is lost when it leaves as the parameter of an approved template.
#[must_use]
pub fn fits_parameter(text: &str) -> bool {
    in_one_line(text).chars().count() <= LONGEST_PARAMETER
}

/// A text as a short message: without marks and empty lines. What is longer than [`LONGEST_SMS_BYTES`] ends in `…`.
#[must_use]
pub fn as_sms(text: &str) -> String {
    let whole = in_short_lines(text);
    if whole.len() <= LONGEST_SMS_BYTES {
        return whole;
    }
    let room = LONGEST_SMS_BYTES.saturating_sub('…'.len_utf8());
    let fits = |(at, character): &(usize, char)| at.saturating_add(character.len_utf8()) <= room;
    let mut kept: String = whole.char_indices().take_while(fits).map(|(_, character)| character).collect();
    kept.push('…');
    kept
}

fn in_short_lines(text: &str) -> String {
    let plain = as_plain(text);
    let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn in_one_line(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" | ")
}

fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{kept}…")
}
