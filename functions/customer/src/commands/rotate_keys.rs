use event_store::LogError;

use crate::Customers;
use crate::vault::{KeyError, Rotation};

/// Why keys were not wrapped anew.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// A key.
    #[error("a key could not be wrapped anew")]
    Key(#[from] KeyError),
    /// The log cannot be read.
    #[error("a party cannot be read")]
    Log(#[from] LogError),
}

/// Wraps the data keys of parties anew under the present master key, from a shard on, until at least `most` are done.
///
/// A restored table may hold the keys of parties that were erased since: those are destroyed once more.
///
/// # Errors
/// See [`RotateError`]; trying again is safe.
pub async fn rotate_keys(customers: &Customers, shard: u8, most: usize) -> Result<Rotation, RotateError> {
    let mut rotation = customers.keys.rotate(&customers.tenant, shard, most).await?;
    let mut kept = Vec::with_capacity(rotation.rewrapped.len());
    for party in std::mem::take(&mut rotation.rewrapped) {
        if customers.load(party).await?.state().known().is_some_and(|known| known.erased) {
            customers.keys.destroy(&customers.tenant, party).await?;
        } else {
            kept.push(party);
        }
    }
    rotation.rewrapped = kept;
    Ok(rotation)
}
