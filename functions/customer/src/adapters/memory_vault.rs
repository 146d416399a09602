use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::ports::{KeyVault, Purpose, VaultError, WrappedKey};
use crate::vault::{DataKey, SealError};

/// A vault that lives as long as the process: for tests, and for imports that are rehearsed in memory.
#[derive(Debug)]
pub struct MemoryVault {
    /// Master keys by version; `None` once retired.
    masters: Mutex<Vec<Option<DataKey>>>,
}

impl MemoryVault {
    /// A vault with one master key.
    ///
    /// # Errors
    /// When there is no randomness to be had.
    pub fn try_new() -> Result<Self, SealError> {
        Ok(Self { masters: Mutex::new(vec![Some(DataKey::random()?)]) })
    }

    /// Makes a new master key; earlier ones keep opening.
    ///
    /// # Errors
    /// When there is no randomness to be had.
    pub fn renew(&self) -> Result<(), SealError> {
        let master = DataKey::random()?;
        self.masters().push(Some(master));
        Ok(())
    }

    /// Destroys every master key but the present one.
    pub fn retire_earlier(&self) {
        let mut masters = self.masters();
        let present = masters.len().saturating_sub(1);
        masters.iter_mut().take(present).for_each(|master| *master = None);
    }

    fn wrap(&self, key: &DataKey, purpose: &Purpose) -> Result<WrappedKey, VaultError> {
        let masters = self.masters();
        let version =
            u8::try_from(masters.len().saturating_sub(1)).map_err(|e| VaultError::Refused(e.into()))?;
        let master = masters.last().cloned().flatten().ok_or_else(unknown)?;
        let wrapped = master.encrypt(key.expose(), &associated(purpose)).map_err(refused)?;
        Ok(WrappedKey([&[version], wrapped.as_slice()].concat()))
    }

    fn masters(&self) -> MutexGuard<'_, Vec<Option<DataKey>>> {
        self.masters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl KeyVault for MemoryVault {
    async fn generate(&self, purpose: &Purpose) -> Result<(DataKey, WrappedKey), VaultError> {
        let key = DataKey::random().map_err(refused)?;
        let wrapped = self.wrap(&key, purpose)?;
        Ok((key, wrapped))
    }

    async fn unwrap(&self, wrapped: &WrappedKey, purpose: &Purpose) -> Result<DataKey, VaultError> {
        let (version, bytes) = wrapped.0.split_first().ok_or_else(unknown)?;
        let master = self.masters().get(usize::from(*version)).cloned().flatten().ok_or_else(unknown)?;
        let key = master.decrypt(bytes, &associated(purpose)).map_err(refused)?;
        DataKey::from_bytes(&key).map_err(refused)
    }

    async fn rewrap(&self, wrapped: &WrappedKey, purpose: &Purpose) -> Result<WrappedKey, VaultError> {
        let key = self.unwrap(wrapped, purpose).await?;
        self.wrap(&key, purpose)
    }
}

fn associated(purpose: &Purpose) -> Vec<u8> {
    format!("{}\n{}", purpose.tenant, purpose.name).into_bytes()
}

fn refused(error: SealError) -> VaultError {
    VaultError::Refused(error.into())
}

fn unknown() -> VaultError {
    VaultError::Refused("there is no such master key".into())
}
