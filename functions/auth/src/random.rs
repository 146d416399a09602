//! Bytes nobody can guess.

/// The machine gives no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("no random bytes are to be had: {0}")]
pub struct RandomError(getrandom::Error);

/// Fresh random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(RandomError)?;
    Ok(bytes)
}
