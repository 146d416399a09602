use customer_domain::PartyId;
use customer_domain::party::{Command, Party, Refusal};
use event_store::{ExecuteError, LogError, Outcome, Request};

use crate::{Customers, Found, party_stream};

/// Why parties were not merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There is no party to merge into.
    #[error("there is no such party to merge into")]
    UnknownTarget,
    /// The log cannot be read.
    #[error("the party cannot be read")]
    Log(#[from] LogError),
    /// See [`ExecuteError`].
    #[error(transparent)]
    Execute(#[from] ExecuteError<Refusal>),
}

/// Lets one party lead to another; gives the one it leads to in the end.
///
/// Two streams cannot be decided at once, so two merges that meet could close a circle. The later of the two sees it, because
/// each looks again after its own commit, and takes its own back; until then a party in a circle stands for itself.
///
/// # Errors
/// See [`MergeError`].
pub async fn merge_party(
    customers: &Customers,
    request: &Request,
    this: PartyId,
    into: PartyId,
) -> Result<Found, MergeError> {
    if this != into && customers.load(into).await?.state().known().is_none() {
        return Err(MergeError::UnknownTarget);
    }
    let place = party_stream(&customers.tenant, this);
    let command = Command::Merge { this, into, onward: customers.onward(into).await? };
    customers.store.execute::<Party>(&place, request, &command).await?;
    if customers.onward(this).await?.contains(&this) {
        customers.store.execute::<Party>(&place, request, &Command::Unmerge).await?;
        return Err(ExecuteError::Refused(Refusal::Cycle).into());
    }
    found(customers, this).await
}

/// Lets a merged party stand for itself again.
///
/// # Errors
/// [`Refusal::NotMerged`], or a failure of the store.
pub async fn unmerge_party(
    customers: &Customers,
    request: &Request,
    party: PartyId,
) -> Result<Outcome<Party>, ExecuteError<Refusal>> {
    let place = party_stream(&customers.tenant, party);
    customers.store.execute::<Party>(&place, request, &Command::Unmerge).await
}

async fn found(customers: &Customers, id: PartyId) -> Result<Found, MergeError> {
    customers.find(id).await?.ok_or(MergeError::Execute(ExecuteError::Refused(Refusal::Unknown)))
}
