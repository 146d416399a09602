//! Parties by id and by name, and where merged ones lead.

use customer_domain::party::Party;
use customer_domain::{NameKey, PartyId};
use event_store::{LogError, Stream};

use crate::{Customers, guard_key, party_stream};

/// A party that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub id: PartyId,
    /// The merged party that led here, when it was not asked for itself.
    pub merged_from: Option<PartyId>,
    /// Its history, folded.
    pub stream: Stream<Party>,
}

impl Customers {
    /// The party itself, merged or not; version 0 when there is none.
    pub(crate) async fn load(&self, id: PartyId) -> Result<Stream<Party>, LogError> {
        self.store.load(&party_stream(&self.tenant, id)).await
    }

    /// The party that this identity leads to; `None` when there is no such party. One read, and one more for every merge
    /// on the way.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn find(&self, id: PartyId) -> Result<Option<Found>, LogError> {
        let mut seen = vec![id];
        let first = self.load(id).await?;
        let mut found = Found { id, merged_from: None, stream: first.clone() };
        while let Some(into) = found.stream.state().known().and_then(|known| known.merged_into) {
            if seen.contains(&into) {
                // Two merges that met; one of them is about to be taken back.
                found = Found { id, merged_from: None, stream: first };
                break;
            }
            seen.push(into);
            found = Found { id: into, merged_from: Some(id), stream: self.load(into).await? };
        }
        Ok(found.stream.state().known().is_some().then_some(found))
    }

    /// The parties that this one leads to, in order; ends with the one that repeats when they go in a circle.
    pub(crate) async fn onward(&self, id: PartyId) -> Result<Vec<PartyId>, LogError> {
        let mut onward = Vec::new();
        let mut next = self.load(id).await?.state().known().and_then(|known| known.merged_into);
        while let Some(into) = next {
            let repeats = into == id || onward.contains(&into);
            onward.push(into);
            if repeats {
                break;
            }
            next = self.load(into).await?.state().known().and_then(|known| known.merged_into);
        }
        Ok(onward)
    }

    /// Who holds a name.
    ///
    /// # Errors
    /// When the log cannot be read, or the name is held by what is no party.
    pub async fn holder(&self, name: &NameKey) -> Result<Option<PartyId>, LogError> {
        let key = guard_key(name);
        let Some(holder) = self.store.log().guard_holder(&self.tenant, &key).await? else { return Ok(None) };
        let broken = |error: kernel::IdError| LogError::Broken { stream: key.clone(), source: error.into() };
        holder.parse().map(Some).map_err(broken)
    }

    /// The party that this name leads to.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn find_by_name(&self, name: &NameKey) -> Result<Option<Found>, LogError> {
        match self.holder(name).await? {
            Some(id) => self.find(id).await,
            None => Ok(None),
        }
    }
}
