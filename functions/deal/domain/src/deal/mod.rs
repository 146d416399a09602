//! The deal aggregate: requested, then confirmed, rejected or cancelled.
//!
//! ```text
//! requested ──stock reserved──▶ confirmed ──cancel──▶ cancelled
//!     ├───────stock rejected──▶ rejected
//!     └─cancel, or undecided past its due time──▶ cancelled
//!
//! imported ──▶ confirmed, for good
//!     ▲            │
//!     └─withdrawn◀─┘ when the import is taken back
//! ```
//!
//! An imported deal is final. What it took from stock was taken in the system it comes from, and the imported lots hold what
//! was left: there is nothing here that a cancellation could give back.

mod amend;
mod command;
mod error;
mod event;
mod import;
#[cfg(test)]
mod tests;

use kernel::{Aggregate, Inr, Kg, RatePerKg, Recorded, Timestamp};

pub use amend::{AmendedTerms, Change, CommentsPatch, SeenTerms, TermsPatch, changes};
pub use command::DealCommand;
pub use error::DealRefusal;
pub use event::{CancelCause, CostedSource, DealEvent, Shortage};
pub use import::{ImportedDeal, ImportedSource};

use crate::Terms;

/// How long a deal may stay undecided, in milliseconds.
pub const DECIDED_WITHIN_MS: i64 = 120_000;

/// Where a deal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Waits for stock to answer.
    Pending,
    /// Covered; its material is sold.
    Confirmed {
        /// Where the material came from, with its cost. Empty for an imported deal: see [`ImportedDeal::sources`].
        sources: Vec<CostedSource>,
    },
    /// Could not be covered.
    Rejected {
        /// Every lot that was short.
        shortages: Vec<Shortage>,
    },
    /// Its import was taken back: as if it had never moved in.
    Withdrawn,
    /// Called off.
    Cancelled {
        /// Who or what called it off.
        cause: CancelCause,
        /// What it had taken, when it had been confirmed before.
        sources: Vec<CostedSource>,
    },
}

impl Status {
    /// As it is shown and filtered by.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed { .. } => "confirmed",
            Self::Rejected { .. } => "rejected",
            Self::Cancelled { .. } => "cancelled",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A registered deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// What was registered; as last amended.
    pub terms: Terms,
    /// When it was registered.
    pub requested_at: Timestamp,
    /// When it is given up if still undecided.
    pub due: Timestamp,
    /// Where it stands.
    pub status: Status,
    /// When it was last decided: confirmed, rejected or cancelled.
    pub decided_at: Option<Timestamp>,
    /// As another system had it when it was last taken over from there, if it was.
    pub imported: Option<Box<ImportedDeal>>,
}

impl Registered {
    /// The sources with their cost; empty until confirmed.
    #[must_use]
    pub fn costed(&self) -> &[CostedSource] {
        match &self.status {
            Status::Confirmed { sources } | Status::Cancelled { sources, .. } => sources,
            Status::Pending | Status::Rejected { .. } | Status::Withdrawn => &[],
        }
    }

    /// What the deal took, of a deal of this system or an imported one: supplier, quantity and rate of each source. Empty
    /// until confirmed.
    #[must_use]
    pub fn taken(&self) -> Vec<(&str, Kg, RatePerKg)> {
        if let Some(imported) = &self.imported {
            let sources = imported.sources.iter();
            return sources.map(|s| (s.supplier.as_str(), s.quantity_kg, s.rate_per_kg)).collect();
        }
        self.costed().iter().map(|s| (s.supplier.as_str(), s.quantity_kg, s.rate_per_kg)).collect()
    }

    /// What the customer pays, exactly.
    #[must_use]
    pub fn revenue(&self) -> Inr {
        self.terms.rate_per_kg.get().times(self.terms.quantity_kg.get())
    }

    /// What the material cost, exactly; `None` until its sources are known.
    #[must_use]
    pub fn cost(&self) -> Option<Inr> {
        if let Some(imported) = &self.imported {
            return Some(imported.cost());
        }
        let sources = self.costed();
        (!sources.is_empty()).then(|| sources.iter().map(CostedSource::cost).sum())
    }
}

/// A deal; `None` inside until it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deal(Option<Registered>);

impl Deal {
    /// What is registered, if anything is.
    #[must_use]
    pub const fn registered(&self) -> Option<&Registered> {
        self.0.as_ref()
    }
}

impl Aggregate for Deal {
    const KIND: &'static str = "deal";

    type Command = DealCommand;
    type Event = DealEvent;
    type Refusal = DealRefusal;

    fn decide(&self, command: &DealCommand) -> Result<Vec<DealEvent>, DealRefusal> {
        match (command, &self.0) {
            (DealCommand::Request { terms, now }, None) => request(terms, *now),
            (DealCommand::Request { .. }, Some(_)) => Err(DealRefusal::AlreadyRegistered),
            (DealCommand::Import(deal), present) => import::import(present.as_ref(), deal),
            (_, None) => Err(DealRefusal::Unknown),
            (DealCommand::WithdrawImport, Some(deal)) => import::withdraw(deal),
            (DealCommand::Confirm { sources }, Some(deal)) if deal.status == Status::Pending => {
                Ok(vec![DealEvent::DealConfirmed { sources: sources.clone() }])
            }
            (DealCommand::Reject { shortages }, Some(deal)) if deal.status == Status::Pending => {
                Ok(vec![DealEvent::DealRejected { shortages: shortages.clone() }])
            }
            // Stock answered a deal that is decided already; a cancellation has told it to let go.
            (DealCommand::Confirm { .. } | DealCommand::Reject { .. }, Some(_)) => Ok(vec![]),
            (DealCommand::Cancel { reason }, Some(deal)) => cancel(deal, reason.as_deref()),
            (DealCommand::GiveUp { now }, Some(deal)) => Ok(give_up(deal, *now)),
            (DealCommand::Amend { patch }, Some(deal)) => amend::amend(deal, patch),
        }
    }

    fn evolve(self, recorded: &Recorded<DealEvent>) -> Self {
        let at = recorded.at;
        match (&recorded.event, self.0) {
            (DealEvent::DealRequested { terms, due }, _) => Self(Some(Registered {
                terms: terms.clone(),
                requested_at: at,
                due: *due,
                status: Status::Pending,
                decided_at: None,
                imported: None,
            })),
            (DealEvent::DealImported { deal }, present) => Self(Some(import::imported(present, deal))),
            (_, None) => Self(None),
            (DealEvent::DealConfirmed { sources }, Some(deal)) => {
                decided(deal, at, Status::Confirmed { sources: sources.clone() })
            }
            (DealEvent::DealRejected { shortages }, Some(deal)) => {
                decided(deal, at, Status::Rejected { shortages: shortages.clone() })
            }
            (DealEvent::DealCancelled { cause }, Some(deal)) => {
                let sources = deal.costed().to_vec();
                decided(deal, at, Status::Cancelled { cause: cause.clone(), sources })
            }
            (DealEvent::DealImportWithdrawn, Some(deal)) => decided(deal, at, Status::Withdrawn),
            (DealEvent::CommentsAmended { comments }, Some(mut deal)) => {
                deal.terms.comments = comments.clone();
                Self(Some(deal))
            }
            (DealEvent::TermsAmended { terms }, Some(mut deal)) => {
                terms.apply(&mut deal.terms);
                Self(Some(deal))
            }
        }
    }
}

fn decided(deal: Registered, at: Timestamp, status: Status) -> Deal {
    Deal(Some(Registered { status, decided_at: Some(at), ..deal }))
}

fn request(terms: &Terms, now: Timestamp) -> Result<Vec<DealEvent>, DealRefusal> {
    let faults = terms.faults();
    if faults.is_empty() {
        Ok(vec![DealEvent::DealRequested { terms: terms.clone(), due: now.plus_ms(DECIDED_WITHIN_MS) }])
    } else {
        Err(DealRefusal::Terms(faults))
    }
}

fn cancel(deal: &Registered, reason: Option<&str>) -> Result<Vec<DealEvent>, DealRefusal> {
    match deal.status {
        _ if deal.imported.is_some() => Err(DealRefusal::Imported),
        Status::Pending | Status::Confirmed { .. } => {
            let cause = CancelCause::Trader { reason: reason.map(str::to_owned) };
            Ok(vec![DealEvent::DealCancelled { cause }])
        }
        Status::Cancelled { .. } => Ok(vec![]),
        Status::Rejected { .. } => Err(DealRefusal::Rejected),
        // Only imported deals are.
        Status::Withdrawn => Err(DealRefusal::Imported),
    }
}

fn give_up(deal: &Registered, now: Timestamp) -> Vec<DealEvent> {
    if deal.status == Status::Pending && deal.due <= now {
        vec![DealEvent::DealCancelled { cause: CancelCause::Timeout }]
    } else {
        vec![]
    }
}
