use crate::TermsFault;

/// Why a deal command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DealRefusal {
    /// The terms break rules: all of them, not the first.
    #[error("the terms break {} rules", .0.len())]
    Terms(Vec<TermsFault>),
    /// There is no such deal.
    #[error("there is no such deal")]
    Unknown,
    /// It is registered already.
    #[error("the deal is registered already")]
    AlreadyRegistered,
    /// It was rejected: there is nothing to call off.
    #[error("the deal was rejected; there is nothing to cancel")]
    Rejected,
    /// It was imported: its effect on stock happened in another system, and nothing here could give it back.
    #[error("the deal was imported and is final; its effect on stock is in the imported lots")]
    Imported,
    /// It was made here, so there is no import to take back.
    #[error("the deal was made here and not imported")]
    NotImported,
    /// People worked on it after it was imported.
    #[error("its notes were amended here after it was imported")]
    BuiltUpon,
    /// It was imported, so its terms are those of the system it comes from.
    #[error(
        "the deal was imported and its terms are corrected in the old system; here only its notes are amended"
    )]
    ImportedTerms,
    /// It does not stand, and only what stands has terms to amend.
    #[error("the deal is {0}; only the terms of a confirmed deal are amended")]
    NotStanding(&'static str),
    /// Its terms are not those that the change is one of.
    #[error("the deal was amended since by somebody else")]
    Overtaken,
    /// Another system has it on another day than when it was taken over from there.
    #[error(
        "the deal was imported with another date or instant of creation, which stay; correct them in the old system"
    )]
    ImportedOnAnotherDay,
}
