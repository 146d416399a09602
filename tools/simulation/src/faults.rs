//! What can go wrong, how often, and what was seen to happen.

use std::collections::BTreeMap;
use std::fmt;

use crate::dice::Dice;
use crate::scenario::Scenario;

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

        impl std::str::FromStr for $enum {
            type Err = $crate::faults::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|member| member.name() == name);
                found.copied().ok_or_else(|| $crate::faults::UnknownName {
                    name: name.to_owned(),
                    known: Self::ALL.iter().map(|member| member.name()).collect::<Vec<_>>().join(", "),
                })
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

/// A name that nothing has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing is called {name:?}; there are {known}")]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// All there are.
    pub known: String,
}

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
        /// The provider of messages refuses every call for a while.
        ProviderDown = "provider down",
        /// The provider does not say what became of calls for a while.
        ProviderSilent = "provider silent",
        /// The provider does not know the firm any more, until somebody acts.
        TokenRevoked = "token revoked",
        /// The provider refuses one message for the moment.
        MessageRefused = "message refused for the moment",
        /// The provider asks to be left alone for some seconds.
        ProviderBusy = "provider busy",
        /// The provider never takes messages to this address.
        AddressRefused = "address refused",
        /// The provider takes a message and says later that it could not be delivered.
        DeliveryFailed = "delivery failed",
        /// The provider gives a text back, in its answer or later.
        TextGivenBack = "text given back",
        /// A webhook never comes.
        WebhookLost = "webhook lost",
        /// A webhook comes minutes later, behind those that came after it.
        WebhookLate = "webhook late",
        /// A webhook comes twice.
        WebhookTwice = "webhook twice",
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
            Self::ProviderDown | Self::ProviderSilent | Self::TokenRevoked => 2_500,
            Self::MessageRefused | Self::ProviderBusy => 500,
            Self::AddressRefused | Self::DeliveryFailed | Self::TextGivenBack => 600,
            Self::WebhookLost | Self::WebhookLate | Self::WebhookTwice => 1_000,
        }
    }

    /// Whether there is an occasion for it.
    #[must_use]
    pub const fn occurs_in(self, scenario: Scenario) -> bool {
        match self {
            Self::Refused
            | Self::Throttled
            | Self::ReplyLost
            | Self::LateWrite
            | Self::SlowReply
            | Self::CrashBefore
            | Self::CrashAfter
            | Self::EntryRefused
            | Self::DuplicateDelivery
            | Self::LateDelivery
            | Self::DuplicateReceive
            | Self::DeletionLost
            | Self::RecordLost
            | Self::CheckpointLost
            | Self::ScheduleDoubled => true,
            Self::ImpatientClient => matches!(scenario, Scenario::Trading | Scenario::Telling),
            Self::Outage => matches!(scenario, Scenario::Trading),
            Self::ProviderDown | Self::ProviderSilent | Self::TokenRevoked | Self::ProviderBusy => {
                matches!(scenario, Scenario::Telling | Scenario::Filing)
            }
            Self::MessageRefused
            | Self::AddressRefused
            | Self::DeliveryFailed
            | Self::TextGivenBack
            | Self::WebhookLost
            | Self::WebhookLate
            | Self::WebhookTwice => matches!(scenario, Scenario::Telling),
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
        /// A message was known to be on the phone, or looked at.
        MessageArrived = "message known to have arrived",
        /// A message failed for good.
        MessageFailed = "message failed",
        /// A message reached its recipient twice, and says that it may have.
        ToldTwice = "told twice and marked",
        /// A message took its recipient's second channel.
        ChannelGivenUp = "channel given up",
        /// A text that was given back followed as a template.
        TemplateFollowed = "template followed a text",
        /// A status was heard before the answer of its call was recorded.
        StatusOvertook = "status overtook the answer",
        /// A status was heard after one of a later stage.
        StatusOutOfOrder = "status out of order",
        /// A breaker opened.
        BreakerOpened = "breaker opened",
        /// A probe was let through.
        Probed = "probe let through",
        /// A probe failed, and the breaker opened again.
        ProbeFailed = "probe failed",
        /// A probe succeeded, and the breaker closed.
        BreakerClosed = "breaker closed by a probe",
        /// An order waited while others to the same address waited behind it.
        GroupWaited = "orders waited behind another",
        /// Somebody was named for a deal besides the audiences, and told.
        NamedAndTold = "named for a deal and told",
        /// A digest gathered more than one message.
        GatheredMore = "digest gathered several",
        /// News began a further part of a digest.
        FurtherPart = "digest had a further part",
        /// The sheet was written and did not say so.
        WrittenUnanswered = "sheet written without an answer",
        /// A row that stands in the sheet was changed there.
        RowChanged = "row changed in the sheet",
    }
);

impl Sight {
    /// Whether it can be seen.
    #[must_use]
    pub const fn occurs_in(self, scenario: Scenario) -> bool {
        match self {
            Self::Conflict | Self::InvocationTimeout | Self::HandledAgain | Self::StaleRow => true,
            Self::MessageArrived
            | Self::MessageFailed
            | Self::ToldTwice
            | Self::ChannelGivenUp
            | Self::TemplateFollowed
            | Self::StatusOvertook
            | Self::StatusOutOfOrder
            | Self::NamedAndTold
            | Self::GatheredMore
            | Self::FurtherPart => matches!(scenario, Scenario::Telling),
            Self::BreakerOpened
            | Self::Probed
            | Self::ProbeFailed
            | Self::BreakerClosed
            | Self::GroupWaited => matches!(scenario, Scenario::Telling | Scenario::Filing),
            Self::WrittenUnanswered | Self::RowChanged => matches!(scenario, Scenario::Filing),
            _ => matches!(scenario, Scenario::Trading),
        }
    }
}

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
    pub fn drawn(dice: &mut Dice, scenario: Scenario) -> Self {
        const FACTORS: [u64; 6] = [0, 0, 1, 1, 2, 4];
        let mut rates = BTreeMap::new();
        for fault in Fault::ALL.iter().filter(|fault| fault.occurs_in(scenario)) {
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

    /// Names of what could have happened and never did.
    #[must_use]
    pub fn missing(&self, scenario: Scenario) -> Vec<&'static str> {
        let faults = Fault::ALL.iter().filter(|fault| fault.occurs_in(scenario));
        let sights = Sight::ALL.iter().filter(|sight| sight.occurs_in(scenario));
        let faults = faults.filter(|fault| !self.faults.contains_key(fault)).map(|fault| fault.name());
        let sights = sights.filter(|sight| !self.sights.contains_key(sight)).map(|sight| sight.name());
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
