use std::collections::BTreeSet;

use customer_domain::PartyId;
use customer_domain::party::{Command, Party, Refusal};
use event_store::{BoxError, ExecuteError, Request};

use crate::projections::forget;
use crate::{Customers, Found, party_stream, trade};

/// Erases the personal data of a party, of the party it leads to, and of every party merged into that one: they are one and
/// the same person. Gives the party it leads to.
///
/// The commit comes first, the keys second. Whatever happens in between, the party says that it is erased, and the relay of
/// that commit destroys the key again, until it has succeeded.
///
/// # Errors
/// [`Refusal::Unknown`], or a failure of a table; trying again is safe.
pub async fn erase_party(
    customers: &Customers,
    request: &Request,
    party: PartyId,
) -> Result<Found, ExecuteError<Refusal>> {
    let unknown = || ExecuteError::Refused(Refusal::Unknown);
    let root = customers.find(party).await?.ok_or_else(unknown)?.id;
    let family =
        trade::family(customers, root).await.map_err(|error| ExecuteError::Busy(Some(error.into())))?;
    let onward = customers.onward(party).await?;
    let all: BTreeSet<PartyId> = family.into_iter().chain(onward).chain([party, root]).collect();
    for party in all {
        let place = party_stream(&customers.tenant, party);
        customers.store.execute::<Party>(&place, request, &Command::Erase).await?;
        forget(customers, party).await.map_err(|error| ExecuteError::Busy(Some(BoxError::from(error))))?;
    }
    customers.find(party).await?.ok_or_else(unknown)
}
