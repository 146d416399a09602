//! The life of every deal, followed commit by commit without the product's own fold.

use std::collections::BTreeMap;

use deal_domain::deal::{CancelCause, CostedSource, DealEvent};
use deal_domain::{DealId, Terms};
use event_store::Commit;
use kernel::Timestamp;

/// How a deal ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Covered.
    Confirmed(Vec<CostedSource>),
    /// Not covered.
    Rejected,
    /// Called off.
    Cancelled(CancelCause),
}

/// A deal from its registration on.
#[derive(Debug, Clone)]
pub struct Life {
    /// What was registered.
    pub terms: Terms,
    /// The key of the request that registered it.
    pub key: Option<String>,
    /// When it was registered.
    pub requested_at: Timestamp,
    /// When it may be given up.
    pub due: Timestamp,
    /// How it was decided, first and later, with the instants.
    pub endings: Vec<(Timestamp, Ending)>,
}

impl Life {
    /// Where it stands; `None` while it is pending.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        self.endings.last().map(|(_, ending)| ending)
    }
}

/// Every deal.
#[derive(Debug, Default)]
pub struct Lifecycles(BTreeMap<DealId, Life>);

impl Lifecycles {
    /// Every deal.
    #[must_use]
    pub const fn lives(&self) -> &BTreeMap<DealId, Life> {
        &self.0
    }

    /// Follows a commit of a deal stream.
    ///
    /// # Errors
    /// What happened that must not happen to a deal.
    pub fn follow(&mut self, commit: &Commit) -> Result<(), String> {
        let deal: DealId = commit.stream.key().parse().map_err(|e| format!("{e}"))?;
        for stored in &commit.events {
            let event: DealEvent = stored.decode().map_err(|e| e.to_string())?;
            self.happened(deal, commit, event).map_err(|fault| format!("{deal}: {fault}"))?;
        }
        Ok(())
    }

    fn happened(&mut self, deal: DealId, commit: &Commit, event: DealEvent) -> Result<(), String> {
        let ending = match event {
            DealEvent::DealRequested { terms, due } => {
                let key = commit.idempotency.as_ref().map(|request| request.key.clone());
                let life = Life { terms, key, requested_at: commit.at, due, endings: Vec::new() };
                return match self.0.insert(deal, life) {
                    None => Ok(()),
                    Some(_) => Err("it is registered twice".to_owned()),
                };
            }
            DealEvent::CommentsAmended { .. } | DealEvent::TermsAmended { .. } => return Ok(()),
            DealEvent::DealImported { .. } | DealEvent::DealImportWithdrawn => {
                return Err("it is imported, or its import withdrawn, which nobody here does".to_owned());
            }
            DealEvent::DealConfirmed { sources } => Ending::Confirmed(sources),
            DealEvent::DealRejected { .. } => Ending::Rejected,
            DealEvent::DealCancelled { cause } => Ending::Cancelled(cause),
        };
        let life = self.0.get_mut(&deal).ok_or("it was never registered")?;
        let allowed = match (life.ending(), &ending) {
            (None, _) => true,
            // A trader may call a confirmed deal off; nothing else changes a decision.
            (Some(Ending::Confirmed(_)), Ending::Cancelled(CancelCause::Trader { .. })) => true,
            (Some(_), _) => false,
        };
        if !allowed {
            return Err(format!("it is {ending:?} after it was {:?}", life.ending()));
        }
        if ending == Ending::Cancelled(CancelCause::Timeout) && commit.at < life.due {
            return Err("it is given up before it is due".to_owned());
        }
        life.endings.push((commit.at, ending));
        Ok(())
    }
}
