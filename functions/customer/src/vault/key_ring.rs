use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use customer_domain::PartyId;
use event_store::{BoxError, Ops, OpsItem, StorageError};
use kernel::{Clock, Tenant, Timestamp};

use super::{BlindIndex, DataKey};
use crate::ports::{KeyVault, Purpose, VaultError, WrappedKey};

/// How long an opened key is kept in the process, in milliseconds.
const KEPT_MS: i64 = 5 * 60 * 1_000;
/// Most opened keys kept at a time.
const MOST_KEPT: usize = 1_000;
/// The wrapped keys of a firm lie in so many partitions, by the first two digits of the party's identity.
const SHARDS: u16 = 256;
/// Most keys in one of them that a rotation reads.
const MOST_PER_SHARD: usize = 10_000;

/// The data keys of parties: made, found, opened, wrapped anew and destroyed.
#[derive(Clone)]
pub struct KeyRing {
    vault: Arc<dyn KeyVault>,
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    opened: Arc<Mutex<BTreeMap<Place, (DataKey, Timestamp)>>>,
}

/// Where a wrapped key stands in `ops`.
type Place = (String, String);

/// A key is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// See [`VaultError`].
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The table of wrapped keys.
    #[error("the wrapped key could not be read or written")]
    Storage(#[from] StorageError),
    /// It stands there and makes no sense.
    #[error("the wrapped key is damaged")]
    Damaged(#[source] BoxError),
}

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Parties whose key is wrapped under the present master key now.
    pub rewrapped: Vec<PartyId>,
    /// Where to go on; `None` when all are done.
    pub next_shard: Option<u8>,
}

impl KeyRing {
    /// Keys that `vault` wraps and `ops` keeps.
    #[must_use]
    pub fn new(vault: Arc<dyn KeyVault>, ops: Arc<dyn Ops>, clock: Arc<dyn Clock>) -> Self {
        Self { vault, ops, clock, opened: Arc::default() }
    }

    /// The key of a party; `None` when it has none, because nothing was ever sealed for it or because it was erased.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub async fn of(&self, tenant: &Tenant, party: PartyId) -> Result<Option<DataKey>, KeyError> {
        self.find(&place(tenant, party), &purpose(tenant, party)).await
    }

    /// The key of a party, made now if it has none.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub async fn of_or_new(&self, tenant: &Tenant, party: PartyId) -> Result<DataKey, KeyError> {
        self.find_or_make(&place(tenant, party), &purpose(tenant, party)).await
    }

    /// The blind index of a firm.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub async fn blind_index(&self, tenant: &Tenant) -> Result<BlindIndex, KeyError> {
        let purpose = Purpose { tenant: tenant.clone(), name: "blind-index".to_owned() };
        let key = self.find_or_make(&index_place(tenant), &purpose).await?;
        Ok(BlindIndex::new(tenant.clone(), key))
    }

    /// Destroys the key of a party: what was sealed with it is noise from now on. Other processes may hold it opened for
    /// another five minutes; they find nothing to open, because the party says that it is erased.
    ///
    /// # Errors
    /// [`KeyError::Storage`].
    pub async fn destroy(&self, tenant: &Tenant, party: PartyId) -> Result<(), KeyError> {
        let place = place(tenant, party);
        self.opened().remove(&place);
        Ok(self.ops.delete(&place.0, &place.1).await?)
    }

    /// Wraps keys anew under the present master key: the index key and shard 0 first, whole shards until at least `most`
    /// keys are done. The data keys themselves stay, and with them everything that is sealed.
    ///
    /// A key that is destroyed meanwhile stays destroyed, and is not counted.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub async fn rotate(&self, tenant: &Tenant, shard: u8, most: usize) -> Result<Rotation, KeyError> {
        let mut rewrapped = Vec::new();
        if shard == 0 {
            let place = index_place(tenant);
            if let Some(item) = self.ops.get(&place.0, &place.1).await? {
                let purpose = Purpose { tenant: tenant.clone(), name: "blind-index".to_owned() };
                self.rewrap(item, &purpose).await?;
            }
        }
        for shard in u16::from(shard)..SHARDS {
            if rewrapped.len() >= most {
                return Ok(Rotation { rewrapped, next_shard: u8::try_from(shard).ok() });
            }
            for item in self.ops.list(&partition(tenant, shard), MOST_PER_SHARD).await? {
                let party: PartyId = item.sk.parse().map_err(damaged)?;
                if self.rewrap(item, &purpose(tenant, party)).await? {
                    rewrapped.push(party);
                }
            }
        }
        Ok(Rotation { rewrapped, next_shard: None })
    }

    /// Wraps one key anew, if it still stands there as it was read. Tells whether it did.
    async fn rewrap(&self, item: OpsItem, purpose: &Purpose) -> Result<bool, KeyError> {
        let wrapped = self.vault.rewrap(&read(&item)?, purpose).await?;
        let before = item.body.clone();
        Ok(self.ops.replace(OpsItem { body: STANDARD.encode(wrapped.0), ..item }, &before).await?)
    }

    async fn find(&self, place: &Place, purpose: &Purpose) -> Result<Option<DataKey>, KeyError> {
        if let Some(key) = self.kept(place) {
            return Ok(Some(key));
        }
        let Some(item) = self.ops.get(&place.0, &place.1).await? else { return Ok(None) };
        let key = self.vault.unwrap(&read(&item)?, purpose).await?;
        self.keep(place, &key);
        Ok(Some(key))
    }

    async fn find_or_make(&self, place: &Place, purpose: &Purpose) -> Result<DataKey, KeyError> {
        if let Some(key) = self.find(place, purpose).await? {
            return Ok(key);
        }
        let (_, wrapped) = self.vault.generate(purpose).await?;
        let (pk, sk) = place.clone();
        self.ops.put_new(OpsItem { pk, sk, body: STANDARD.encode(wrapped.0), expires: None }).await?;
        // Somebody else may have been faster; the key that stands there counts.
        let found = self.find(place, purpose).await?;
        found.ok_or_else(|| damaged("the key that was just written is not there"))
    }

    fn kept(&self, place: &Place) -> Option<DataKey> {
        let now = self.clock.now();
        let (key, until) = self.opened().get(place)?.clone();
        (now < until).then_some(key)
    }

    fn keep(&self, place: &Place, key: &DataKey) {
        let now = self.clock.now();
        let mut opened = self.opened();
        if opened.len() >= MOST_KEPT {
            opened.retain(|_, (_, until)| now < *until);
        }
        if opened.len() >= MOST_KEPT {
            opened.clear();
        }
        opened.insert(place.clone(), (key.clone(), now.plus_ms(KEPT_MS)));
    }

    fn opened(&self) -> std::sync::MutexGuard<'_, BTreeMap<Place, (DataKey, Timestamp)>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn purpose(tenant: &Tenant, party: PartyId) -> Purpose {
    Purpose { tenant: tenant.clone(), name: format!("party:{party}") }
}

fn place(tenant: &Tenant, party: PartyId) -> Place {
    let [first, ..] = *party.uuid().as_bytes();
    (partition(tenant, u16::from(first)), party.to_string())
}

fn partition(tenant: &Tenant, shard: u16) -> String {
    format!("T#{tenant}#PARTY-KEY#{shard:02x}")
}

fn index_place(tenant: &Tenant) -> Place {
    (format!("T#{tenant}#INDEX-KEY"), "blind-index".to_owned())
}

fn read(item: &OpsItem) -> Result<WrappedKey, KeyError> {
    STANDARD.decode(&item.body).map(WrappedKey).map_err(damaged)
}

fn damaged(reason: impl Into<BoxError>) -> KeyError {
    KeyError::Damaged(reason.into())
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing(…)")
    }
}
