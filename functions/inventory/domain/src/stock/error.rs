use kernel::Kg;

/// Why a stock command is refused. A deal that cannot be covered is not a refusal but an event: others act on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StockRefusal {
    /// There is no such lot.
    #[error("there is no lot {0}")]
    UnknownLot(u32),
    /// The correction would take more than is free.
    #[error("lot {lot} has {available} kg available, less than the correction takes")]
    AdjustedBelowZero {
        /// Which lot.
        lot: u32,
        /// What is free.
        available: Kg,
    },
    /// Another system has a lot that was taken over from there with another supplier, rate or date: no correction of a
    /// quantity can follow that.
    #[error("lot {lot} was imported with another {what}; adjust it to zero and receive it anew")]
    ImportedOtherwise {
        /// Which lot.
        lot: u32,
        /// What differs.
        what: &'static str,
    },
    /// No lot was imported by this identity.
    #[error("no lot was imported as {0:?}")]
    NotImported(String),
    /// The lot was drawn upon or corrected here after it was imported.
    #[error("lot {0} was drawn upon or corrected here after it was imported")]
    BuiltUpon(u32),
    /// A correction of zero.
    #[error("a correction of zero changes nothing")]
    NothingToAdjust,
}
