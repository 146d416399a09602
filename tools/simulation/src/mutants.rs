//! Defences that can be removed on purpose, one at a time. A simulation that does not notice proves nothing.
//!
//! Each is a switch of the simulated platform, of the clients, or of a wrapper around a handler. The product has none.

use std::str::FromStr;

use crate::faults::named;

named!(
    /// A defence that is missing.
    Mutant {
        /// The log appends without its condition: the last writer of a position wins.
        UnconditionalAppend = "unconditional-append",
        /// A client asks again under another key, and so for another deal.
        FreshKeyOnRetry = "fresh-key-on-retry",
        /// An append of unknown outcome is taken for written.
        AmbiguousIsSuccess = "ambiguous-is-success",
        /// Loads are eventually consistent: what was written a moment ago may be missing.
        StaleReads = "stale-reads",
        /// Embedded snapshots forget the reservations.
        ForgetfulSnapshot = "forgetful-snapshot",
        /// A view row replaces whatever stands there, newer or not.
        UnguardedViews = "unguarded-views",
        /// The entries of a publication that the bus refused are not looked at.
        EntryFailuresIgnored = "entry-failures-ignored",
        /// A commit is marked as published before it is.
        MarkerFirst = "marker-first",
        /// Nobody looks for commits that were never published.
        NoOutboxAuditor = "no-outbox-auditor",
        /// Nobody gives up deals that stay undecided.
        NoSweeper = "no-sweeper",
        /// Messages are deleted when they are received, not when they are handled.
        AckBeforeHandling = "ack-before-handling",
        /// A batch is deleted as a whole when any of its records was handled.
        FailuresAcked = "failures-acked",
        /// A cancellation of a deal that stock does not know leaves no trace.
        NoTombstone = "no-tombstone",
        /// A fact that comes again is taken for another deal.
        RedeliveryIsNews = "redelivery-is-news",
    }
);

/// A name that no mutant has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no mutant is called {0:?}; there are {known}", known = known())]
pub struct UnknownMutant(String);

fn known() -> String {
    Mutant::ALL.iter().map(|mutant| mutant.name()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Mutant {
    type Err = UnknownMutant;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|mutant| mutant.name() == name);
        found.copied().ok_or_else(|| UnknownMutant(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_is_found_by_its_name() {
        for mutant in Mutant::ALL {
            assert_eq!(mutant.name().parse(), Ok(*mutant));
        }
        let error = "none".parse::<Mutant>().unwrap_err().to_string();
        assert!(error.contains("stale-reads"), "{error}");
    }
}
