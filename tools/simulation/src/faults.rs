//! What can go wrong, how often, and what was seen to happen.

use std::collections::BTreeMap;
use std::fmt;

use crate::dice::Dice;

/// Declares an enumeration whose members have a name, and a list of them all.
macro_rules! named {
    ($(#[$doc:meta])* $enum:ident { $($(#[$member_doc:meta])* $member:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $enum {
            $($(#[$member_doc])* $member,)*
        }

        impl $enum {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$member,)*];

            /// As reports and the command line name it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$member => $name,)*
                }
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use named;

named!(
    /// A way in which the platform fails. Struck by the dice wherever it applies.
    Fault {
        /// A call never arrives: nothing was done.
        Refused = "call refused",
        /// A call is throttled: nothing was done.
        Throttled = "call throttled",
        /// A call is served and its answer lost: the caller does not know.
        ReplyLost = "reply lost",
        /// A write is given up by its caller and lands seconds later.
        LateWrite = "late write",
        /// An answer takes seconds.
        SlowReply = "slow reply",
        /// The instance dies before a call is served.
        CrashBefore = "crash before a call",
        /// The instance dies after a call was served.
        CrashAfter = "crash after a call",
        /// The bus takes some entries of a call and not others.
        EntryRefused = "bus entry refused",
        /// The bus delivers a fact twice.
        DuplicateDelivery = "duplicate delivery",
        /// The bus delivers a fact minutes later, behind facts that came after it.
        LateDelivery = "late delivery",
        /// The queue hands a message to a second poller while the first still works on it.
        DuplicateReceive = "duplicate receive",
        /// The deletion of a handled message is lost: it comes again.
        DeletionLost = "deletion lost",
        /// The stream loses a record for good.
        RecordLost = "stream record lost",
        /// The stream forgets how far it was read: records come again.
        CheckpointLost = "stream checkpoint lost",
        /// A schedule fires twice.
        ScheduleDoubled = "schedule doubled",
        /// A client gives up waiting and asks again while its first request is still being served.
        ImpatientClient = "impatient client",
        /// A function cannot start for half an hour: a bad deployment.
        Outage = "outage",
    }
);

impl Fault {
    /// How often it strikes in usual weather, in ten thousand occasions.
    const fn usual(self) -> u64 {
        match self {
            Self::Refused | Self::ReplyLost | Self::LateWrite => 60,
            Self::Throttled | Self::SlowReply => 40,
            Self::CrashBefore | Self::CrashAfter => 25,
            Self::EntryRefused | Self::DuplicateDelivery | Self::LateDelivery => 300,
            Self::DuplicateReceive | Self::DeletionLost | Self::CheckpointLost => 200,
            Self::RecordLost => 150,
            Self::ScheduleDoubled => 300,
            Self::ImpatientClient => 800,
            Self::Outage => 1_500,
        }
    }
}

named!(
    /// Something that must be seen to happen before a run of many seeds proves anything.
    Sight {
        /// A deal ended confirmed.
        Confirmed = "deal confirmed",
        /// A deal ended rejected.
        Rejected = "deal rejected",
        /// A pending deal was cancelled by its trader.
        CancelledPending = "pending deal cancelled",
        /// A confirmed deal was cancelled by its trader.
        CancelledConfirmed = "confirmed deal cancelled",
        /// A deal was given up by the sweeper.
        TimedOut = "deal timed out",
        /// A cancellation overtook its request and left a tombstone.
        Tombstone = "tombstone left",
        /// A deal was covered by lots only.
        CoveredByLots = "covered by lots",
        /// A deal was covered by purchases only.
        CoveredByPurchases = "covered by purchases",
        /// A deal was covered by both.
        CoveredByBoth = "covered by lots and purchases",
        /// Terms that break rules were refused and nothing was written.
        TermsRefused = "terms refused",
        /// A repeated request met its own first commit.
        Replayed = "request replayed",
        /// Two writers met at one position of a stream.
        Conflict = "write conflict",
        /// One commit answered several facts.
        GroupCommit = "group commit",
        /// A commit embedded a snapshot.
        Snapshot = "snapshot stored",
        /// The stream's records ran out of attempts.
        GivenUp = "stream record given up",
        /// An invocation ran out of time.
        InvocationTimeout = "invocation timed out",
        /// A fact was handled more than once.
        HandledAgain = "fact handled again",
        /// A stale view row was kept out.
        StaleRow = "stale view row kept out",
    }
);

/// How often each fault strikes in one run.
///
/// Every seed draws its own weather, with some faults missing and others frequent: histories that one fault dominates
/// reach states which an even mixture never does (Groce et al.: "Swarm testing", ISSTA 2012).
#[derive(Debug, Clone)]
pub struct Weather {
    rates: BTreeMap<Fault, u64>,
}

impl Weather {
    /// Nothing fails.
    #[must_use]
    pub const fn calm() -> Self {
        Self { rates: BTreeMap::new() }
    }

    /// The weather of one seed.
    #[must_use]
    pub fn drawn(dice: &mut Dice) -> Self {
        const FACTORS: [u64; 6] = [0, 0, 1, 1, 2, 4];
        let mut rates = BTreeMap::new();
        for fault in Fault::ALL {
            let factor = FACTORS.get(dice.index(FACTORS.len())).copied().unwrap_or(1);
            rates.insert(*fault, fault.usual().saturating_mul(factor));
        }
        Self { rates }
    }

    /// How often a fault strikes, in ten thousand occasions.
    #[must_use]
    pub fn rate(&self, fault: Fault) -> u64 {
        self.rates.get(&fault).copied().unwrap_or_default()
    }
}

/// How often what happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Faults that struck.
    pub faults: BTreeMap<Fault, u64>,
    /// What was seen.
    pub sights: BTreeMap<Sight, u64>,
}

impl Tally {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        for (sight, count) in &other.sights {
            *self.sights.entry(*sight).or_default() += count;
        }
    }

    /// Names of what never happened.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let faults = Fault::ALL.iter().filter(|fault| !self.faults.contains_key(fault)).map(|f| f.name());
        let sights = Sight::ALL.iter().filter(|sight| !self.sights.contains_key(sight)).map(|s| s.name());
        faults.chain(sights).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "faults struck:")?;
        for (fault, count) in &self.faults {
            writeln!(f, "  {count:>9}  {fault}")?;
        }
        writeln!(f, "seen to happen:")?;
        for (sight, count) in &self.sights {
            writeln!(f, "  {count:>9}  {sight}")?;
        }
        Ok(())
    }
}
