use crate::PartyId;

/// Why a command on a party is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such party.
    #[error("there is no such party")]
    Unknown,
    /// There is one already.
    #[error("the party exists already")]
    AlreadyExists,
    /// Neither customer nor supplier.
    #[error("a party needs at least one role")]
    NoRoles,
    /// It leads to another party and has nothing of its own to change.
    #[error("the party was merged into {0}; change that one, or unmerge first")]
    Merged(PartyId),
    /// It does not lead to another party.
    #[error("the party is not merged into another")]
    NotMerged,
    /// A party cannot be merged into itself.
    #[error("a party cannot be merged into itself")]
    IntoItself,
    /// The other party leads back to this one.
    #[error("that party is merged into this one already")]
    Cycle,
    /// It was never imported.
    #[error("the party was not imported")]
    NotImported,
    /// It was entered here before it was imported.
    #[error("the party was entered here before it was imported")]
    EnteredHere,
    /// It was changed here after it was imported.
    #[error("the party was changed here after it was imported")]
    ChangedHere,
    /// Other parties lead to it.
    #[error("other parties were merged into this one: {0}")]
    LedTo(usize),
    /// It trades.
    #[error("deals that stand name the party: {0}")]
    HasDeals(usize),
    /// Deals of it were taken back, which this context has not heard yet.
    #[error("deals of the party were taken back and it has not been heard yet: {0}; run again")]
    Unheard(usize),
    /// Its personal data was erased; there is no key to seal new one with.
    #[error("the personal data of this party was erased for good")]
    Erased,
}
