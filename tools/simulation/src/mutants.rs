//! Defences that can be removed on purpose, one at a time. A simulation that does not notice proves nothing.
//!
//! Each is a switch of the simulated platform, of the clients, or of a wrapper around a handler. The product has none.

use crate::faults::named;
use crate::scenario::Scenario;

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
        /// A call to a provider is not recorded before it is made.
        SendingUnrecorded = "sending-unrecorded",
        /// After a call of unknown outcome nobody waits for the provider's word, or for the call to land.
        WordNotAwaited = "word-not-awaited",
        /// Orders to send are deleted when they are received, not when they are carried out.
        OrderAckedFirst = "order-acked-first",
        /// A message of a FIFO queue overtakes an earlier one of its group that waits or is being worked on.
        OrdersOvertake = "orders-overtake",
        /// A breaker that is open stays so: no probe ever goes.
        NoProbe = "no-probe",
        /// Whoever wants to probe may: the state of the breaker is written without its condition.
        EveryoneProbes = "everyone-probes",
        /// A breaker that is open holds nobody back.
        BreakerIgnored = "breaker-ignored",
        /// The status that was heard last decides, however late it is.
        LateStatusDecides = "late-status-decides",
        /// A webhook is answered although it could not be kept.
        HookAnsweredFirst = "hook-answered-first",
        /// The sheet is taken to be empty when rows are written into it.
        SheetUnread = "sheet-unread",
    }
);

impl Mutant {
    /// Whether the defence guards what is simulated there.
    #[must_use]
    pub const fn concerns(self, scenario: Scenario) -> bool {
        match self {
            Self::UnconditionalAppend
            | Self::AmbiguousIsSuccess
            | Self::UnguardedViews
            | Self::EntryFailuresIgnored
            | Self::MarkerFirst
            | Self::NoOutboxAuditor
            | Self::AckBeforeHandling
            | Self::FailuresAcked => true,
            Self::RedeliveryIsNews => matches!(scenario, Scenario::Trading | Scenario::Telling),
            Self::NoProbe | Self::OrdersOvertake | Self::WordNotAwaited => {
                matches!(scenario, Scenario::Telling | Scenario::Filing)
            }
            Self::SheetUnread => matches!(scenario, Scenario::Filing),
            Self::FreshKeyOnRetry
            | Self::StaleReads
            | Self::ForgetfulSnapshot
            | Self::NoSweeper
            | Self::NoTombstone => matches!(scenario, Scenario::Trading),
            Self::SendingUnrecorded
            | Self::OrderAckedFirst
            | Self::EveryoneProbes
            | Self::BreakerIgnored
            | Self::LateStatusDecides
            | Self::HookAnsweredFirst => matches!(scenario, Scenario::Telling),
        }
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
