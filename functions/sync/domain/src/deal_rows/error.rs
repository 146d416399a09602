/// Why a command on a deal's rows is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The deal has no rows here.
    #[error("nothing is known of this deal's rows")]
    Unknown,
    /// It was resolved, or there never was one.
    #[error("there is no such conflict any more")]
    NoConflict,
}
