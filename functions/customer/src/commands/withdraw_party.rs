use std::collections::BTreeSet;

use customer_domain::party::{BuiltUpon, Command, Party, Refusal};
use customer_domain::{NameKey, PartyId};
use event_store::{BoxError, ExecuteError, LogError, Proposed, Request, Stream};
use kernel::Aggregate as _;

use crate::queries::built_upon;
use crate::{Customers, name_guard, party_stream};

/// Why the import of a party was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// The log cannot be read.
    #[error("the party cannot be read")]
    Log(#[from] LogError),
    /// What was built upon it cannot be read.
    #[error("the deals of the party cannot be read")]
    Views(#[source] BoxError),
    /// See [`ExecuteError`]; refused is what something was built upon.
    #[error(transparent)]
    Execute(#[from] ExecuteError<Refusal>),
}

/// Takes the import of the party of this name back, and releases its names with the same commit; tells whether that was news.
/// What was sealed stays sealed under the party's key, which is not destroyed: this is no erasure. See [`built_upon`] for
/// `gone`. A dry run writes nothing, and takes what is gone for heard.
///
/// Deals are known from facts: one that is registered while this runs is filed under the party's identity all the same, and
/// whoever enters that name again finds it.
///
/// # Errors
/// See [`WithdrawError`].
pub async fn withdraw_party(
    customers: &Customers,
    request: &Request,
    name: &NameKey,
    gone: &BTreeSet<String>,
    dry_run: bool,
) -> Result<(PartyId, bool), WithdrawError> {
    let holder = customers.holder(name).await?;
    let id = holder.unwrap_or_else(|| PartyId::of(&customers.tenant, name));
    let stream = customers.load(id).await?;
    let upon = match stream.state().known() {
        Some(known) => built_upon(customers, id, known, gone).await.map_err(WithdrawError::Views)?,
        None => BuiltUpon::default(),
    };
    if dry_run {
        let command = Command::WithdrawImport(BuiltUpon { unheard: 0, ..upon });
        let events = stream.state().decide(&command).map_err(ExecuteError::Refused)?;
        return Ok((id, !events.is_empty()));
    }
    let command = Command::WithdrawImport(upon);
    let held = stream.state().keys();
    let guards = held.iter().map(|name| name_guard(name, id).released()).collect();
    let request = Request { guards, ..request.clone() };
    let decide = |stream: &Stream<Party>| {
        stream.state().decide(&command).map(|events| events.into_iter().map(Proposed::new).collect())
    };
    let place = party_stream(&customers.tenant, id);
    let outcome = customers.store.change(&place, &request, Some(stream), decide).await?;
    Ok((id, outcome.commit.is_some()))
}
